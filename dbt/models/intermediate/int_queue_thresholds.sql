with numbered as (
    select
        queue_id,
        snapshot_date,
        coalesce(answer_within_seconds, 20) as answer_within_seconds,
        coalesce(short_abandon_seconds, 5) as short_abandon_seconds,
        row_number() over (partition by queue_id order by snapshot_date nulls last) as snapshot_no,
        lead(snapshot_date) over (partition by queue_id order by snapshot_date nulls last) as next_snapshot_date
    from {{ ref('stg_queues') }}
)

-- The first list also speaks for the days before it; a later one never rewrites the days that an earlier one judged.
select
    queue_id,
    case when snapshot_no = 1 then date '1970-01-01' else snapshot_date end as valid_from,
    coalesce(next_snapshot_date, date '9999-12-31') as valid_before,
    answer_within_seconds,
    short_abandon_seconds
from numbered
