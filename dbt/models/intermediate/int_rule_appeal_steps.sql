select
    appeal_step_id,
    appeal_id,
    recording_id,
    call_id,
    rule_id,
    rule_version,
    hit_no,
    step,
    happened_at,
    filed_by,
    decided_by,
    reason,
    partition_date
from {{ ref('stg_rule_appeals') }}
