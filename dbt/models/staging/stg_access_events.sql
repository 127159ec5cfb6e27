select
    access_event_id,
    log_id,
    seq_no,
    account_id,
    action,
    object_kind,
    customer_key,
    n_rows,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    previous_hash,
    entry_hash,
    purpose,
    fields,
    cast(dt as date) as partition_date
from {{ lake('access_events') }}
