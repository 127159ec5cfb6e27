with newest_first as (
    select
        *,
        row_number() over (partition by queue_id order by snapshot_date desc nulls last) as snapshot_no
    from {{ ref('stg_queues') }}
)

select
    queue_id,
    name_zh,
    name_en,
    coalesce(answer_within_seconds, 20) as answer_within_seconds,
    coalesce(short_abandon_seconds, 5) as short_abandon_seconds
from newest_first
where snapshot_no = 1
