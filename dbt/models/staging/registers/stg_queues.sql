select
    queue_id,
    snapshot_date,
    name_zh,
    name_en,
    answer_within_seconds,
    short_abandon_seconds,
    cast(dt as date) as partition_date
from {{ lake('queues') }}
where {{ replaced_days('cast(dt as date)') }}
