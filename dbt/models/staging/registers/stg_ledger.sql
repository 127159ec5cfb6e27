select
    ledger_entry_id,
    recorded_date,
    kind,
    scope,
    done_date,
    done_by,
    next_due_date,
    evidence_uri,
    result,
    cast(dt as date) as partition_date
from {{ lake('ledger') }}
where {{ replaced_days('cast(dt as date)') }}
