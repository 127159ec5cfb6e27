with recordings as (
    select *
    from {{ ref('stg_recordings') }}
    where {{ days_between('partition_date', 2, 2) }}
),

transcripts as (
    select *
    from {{ ref('stg_transcripts') }}
    where {{ days_between('partition_date', 2, 2) }}
)

select
    coalesce(r.recording_id, t.recording_id) as recording_id,
    coalesce(r.call_id, t.call_id) as call_id,
    coalesce(r.recorded_at, t.recorded_at) as recorded_at,
    coalesce(r.partition_date, t.partition_date) as recorded_date,
    r.media_kind,
    r.media_path,
    t.media_sha256,
    coalesce(t.language, r.language) as language,
    t.status as transcript_status,
    t.error_code,
    t.engine,
    t.model_name,
    t.pipeline_version,
    t.speaker_source,
    coalesce(t.duration_seconds, r.duration_seconds) as duration_seconds,
    t.agent_talk_seconds,
    t.customer_talk_seconds,
    t.overlap_seconds,
    t.silence_seconds,
    t.longest_silence_seconds,
    t.n_interruptions,
    t.n_agent_chars,
    t.agent_turn_seconds,
    t.n_turns,
    t.n_masked
from recordings as r
full outer join transcripts as t on r.recording_id = t.recording_id
