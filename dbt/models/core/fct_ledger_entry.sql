-- Built whole: an entry of today says when a duty of last year was followed, and the register is small.
select
    ledger_entry_id,
    recorded_date,
    kind,
    scope,
    duty_id,
    done_date,
    done_by,
    due_date,
    followed_date,
    evidence_uri,
    result
from {{ ref('int_ledger_entries') }}
