select
    appeal_step_id,
    appeal_id,
    recording_id,
    call_id,
    rule_id,
    rule_version,
    hit_no,
    step,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    filed_by,
    decided_by,
    reason,
    cast(dt as date) as partition_date
from {{ lake('rule_appeals') }}
where {{ replaced_days('cast(dt as date)') }}
