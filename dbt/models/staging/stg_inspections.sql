select
    inspection_id,
    recording_id,
    call_id,
    cast(recorded_at as {{ type_ts() }}) as recorded_at,
    rule_id,
    rule_version,
    rule_kind,
    is_mandatory,
    outcome,
    hit_no,
    turn_no,
    at_seconds,
    matched_text,
    phrase,
    score,
    cast(dt as date) as partition_date
from {{ lake('inspections') }}
