{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with segments as (
    select * from {{ ref('fct_agent_segment') }}
    where {{ replaced_days('segment_date') }}
),

-- A leg has one recording as a rule; of several the first one is shown.
recordings as (
    select
        *,
        row_number() over (partition by call_id order by recorded_at nulls last, recording_id nulls last) as place
    from {{ ref('fct_transcript') }}
    where is_segment and {{ replaced_days('call_date') }}
),

decisions as (
    select
        recording_id,
        rule_id,
        max(case when is_mandatory and outcome in ('hit', 'miss') then 1 else 0 end) as is_applicable,
        max(case when is_mandatory and outcome = 'hit' then 1 else 0 end) as is_hit,
        count(*) filter (where rule_kind = 'risk' and outcome = 'hit') as risk_hits
    from {{ ref('fct_inspection') }}
    where is_segment and {{ replaced_days('call_date') }}
    group by recording_id, rule_id
),

inspected as (
    select
        recording_id,
        cast(sum(is_applicable) as bigint) as n_clauses_applicable,
        cast(sum(is_hit) as bigint) as n_clauses_hit,
        cast(sum(risk_hits) as bigint) as n_risk_hits
    from decisions
    group by recording_id
),

answers as (
    select
        call_id,
        max(case when question = 'csat' then answer end) as csat_answer,
        max(case when question = 'nps' then answer end) as nps_answer
    from {{ ref('fct_survey_answer') }}
    where is_counted and {{ replaced_days('call_date') }}
    group by call_id
)

select
    s.call_id,
    s.contact_id,
    s.segment_date as call_date,
    s.queue_id,
    s.agent_id,
    d.team_id,
    s.customer_key,
    s.queued_at,
    s.answered_at,
    s.ended_at,
    s.wait_seconds,
    s.talk_seconds,
    s.hold_seconds,
    s.wrap_seconds,
    s.handle_seconds,
    s.transfer_kind,
    s.is_callback_promised,
    s.is_resolved,
    s.topic,
    r.recording_id,
    r.media_kind,
    r.media_path,
    r.media_sha256,
    r.transcript_status,
    r.engine,
    r.language,
    r.speaker_source,
    r.duration_seconds,
    r.agent_talk_seconds,
    r.customer_talk_seconds,
    r.overlap_seconds,
    r.silence_seconds,
    r.longest_silence_seconds,
    r.n_interruptions,
    r.characters_per_minute,
    r.n_masked,
    i.n_clauses_applicable,
    i.n_clauses_hit,
    i.n_risk_hits,
    a.csat_answer,
    a.nps_answer
from segments as s
left join {{ ref('dim_agent') }} as d on s.agent_id = d.agent_id
left join recordings as r on s.call_id = r.call_id and r.place = 1
left join inspected as i on r.recording_id = i.recording_id
left join answers as a on s.call_id = a.call_id
order by s.segment_date nulls last, s.call_id nulls last
