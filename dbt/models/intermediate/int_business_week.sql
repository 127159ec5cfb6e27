-- In microseconds, like the clock that is built on it: whole numbers, so that a limit is met or missed exactly.
with days as (
    select
        weekday,
        opens_at_second * 1000000 as opens_us,
        (closes_at_second - opens_at_second) * 1000000 as open_us
    from {{ ref('ref_business_hours') }}
)

select
    weekday,
    opens_us,
    open_us,
    cast(sum(open_us) over (order by weekday nulls last) - open_us as bigint) as before_us,
    cast(sum(open_us) over () as bigint) as week_us
from days
