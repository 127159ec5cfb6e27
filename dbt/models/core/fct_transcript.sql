{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with segments as (
    select
        call_id,
        segment_date,
        queue_id,
        agent_id
    from {{ ref('fct_agent_segment') }}
    where {{ days_between('segment_date', 2, 2) }}
)

select
    r.recording_id,
    r.call_id,
    r.recorded_at,
    coalesce(s.segment_date, r.recorded_date) as call_date,
    s.queue_id,
    s.agent_id,
    s.call_id is not null as is_segment,
    r.media_kind,
    r.media_path,
    r.media_sha256,
    r.language,
    r.transcript_status,
    coalesce(r.transcript_status in ('ok', 'partial_audio', 'no_speech'), false) as is_inspected,
    r.error_code,
    r.engine,
    r.model_name,
    r.pipeline_version,
    r.speaker_source,
    r.duration_seconds,
    r.agent_talk_seconds,
    r.customer_talk_seconds,
    r.overlap_seconds,
    r.silence_seconds,
    r.longest_silence_seconds,
    r.n_interruptions,
    r.n_agent_chars,
    r.agent_turn_seconds,
    case
        when r.language = 'zh' and r.agent_turn_seconds > 0 then {{ digits('60 * r.n_agent_chars / r.agent_turn_seconds') }}
    end as characters_per_minute,
    r.n_turns,
    r.n_masked
from {{ ref('int_recordings') }} as r
left join segments as s on r.call_id = s.call_id
where {{ replaced_days('coalesce(s.segment_date, r.recorded_date)') }}
order by call_date nulls last, r.recording_id nulls last
