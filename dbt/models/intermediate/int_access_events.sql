-- The entry before is looked for among those of the seven days before, so that a window finds what a full build finds.
with entries as (
    select
        *,
        lag(seq_no) over (partition by log_id order by seq_no nulls last) as earlier_seq_no,
        lag(happened_at) over (partition by log_id order by seq_no nulls last) as earlier_at,
        lag(entry_hash) over (partition by log_id order by seq_no nulls last) as earlier_hash
    from {{ ref('stg_access_events') }}
    where {{ days_between('partition_date', 15, 7) }}
),

followed as (
    select
        *,
        coalesce(earlier_at >= happened_at - interval '168' hour, false) as has_earlier
    from entries
)

select
    access_event_id,
    log_id,
    seq_no,
    account_id,
    action,
    object_kind,
    customer_key,
    n_rows,
    happened_at,
    case when has_earlier then seq_no - earlier_seq_no else 1 end as n_expected,
    case when has_earlier and seq_no > earlier_seq_no then seq_no - earlier_seq_no - 1 else 0 end as n_missing,
    case when has_earlier and seq_no = earlier_seq_no + 1 then previous_hash = earlier_hash end as is_chained,
    partition_date
from followed
