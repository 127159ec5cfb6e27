{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Call record, recording, transcript: how many legs have each, and why a recording has no transcript.
with legs as (
    select
        s.segment_date as reconciled_date,
        s.call_id,
        max(case when t.media_kind is not null then 1 else 0 end) as is_recorded,
        max(case when t.is_inspected then 1 else 0 end) as is_transcribed,
        max(case when t.transcript_status is not null and not t.is_inspected then t.transcript_status end) as failed_status
    from {{ ref('fct_agent_segment') }} as s
    left join {{ ref('fct_transcript') }} as t on s.call_id = t.call_id and {{ days_between('t.call_date', 2, 2) }}
    where {{ replaced_days('s.segment_date') }}
    group by s.segment_date, s.call_id
)

select
    reconciled_date,
    count(*) as n_answered,
    cast(sum(is_recorded) as bigint) as n_recorded,
    cast(sum(is_transcribed) as bigint) as n_transcribed,
    count(*) filter (where is_recorded = 0) as n_not_recorded,
    count(*) filter (where is_recorded = 1 and is_transcribed = 0 and failed_status is not null) as n_transcript_failed,
    count(*) filter (where is_recorded = 1 and is_transcribed = 0 and failed_status is null) as n_unexplained
from legs
group by reconciled_date
order by reconciled_date nulls last
