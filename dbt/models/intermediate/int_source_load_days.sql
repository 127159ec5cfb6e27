-- A row that comes before its day is over is not late. A corrected file counts beside the one that it corrects.
select
    source_name,
    row_date as source_date,
    cast(sum(case when reject_reason is null then n_rows else 0 end) as bigint) as n_accepted,
    cast(sum(case when reject_reason is null then 0 else n_rows end) as bigint) as n_rejected,
    cast(
        sum(case when reject_reason is null then n_rows * greatest({{ days_from('row_date', 'loaded_date') }}, 0) else 0 end)
        as bigint
    ) as n_days_late
from {{ ref('stg_source_loads') }}
where {{ days_between('row_date') }}
group by source_name, row_date
