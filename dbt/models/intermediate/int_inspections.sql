with transcripts as (
    select
        recording_id,
        status
    from {{ ref('stg_transcripts') }}
    where {{ days_between('partition_date', 2, 2) }}
)

select
    i.inspection_id,
    i.recording_id,
    i.call_id,
    i.partition_date as recorded_date,
    t.status as transcript_status,
    i.rule_id,
    i.rule_version,
    i.rule_kind,
    i.is_mandatory,
    i.outcome,
    i.hit_no,
    i.turn_no,
    i.at_seconds,
    i.matched_text,
    i.phrase,
    i.score
from {{ ref('stg_inspections') }} as i
left join transcripts as t on i.recording_id = t.recording_id
where {{ days_between('i.partition_date', 2, 2) }}
