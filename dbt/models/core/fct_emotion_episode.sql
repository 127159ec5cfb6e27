{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with segments as (
    select
        call_id,
        queue_id,
        agent_id
    from {{ ref('fct_agent_segment') }}
    where {{ days_between('segment_date', 3, 3) }}
)

select
    e.episode_id,
    e.call_id,
    e.scored_date,
    s.queue_id,
    s.agent_id,
    e.emotion,
    e.scored_at,
    e.is_soothed,
    e.is_uninterrupted,
    e.is_rate_in_band,
    e.is_solution_offered,
    e.is_emotion_no_worse,
    e.rubric_points,
    e.human_points
from {{ ref('int_emotion_episodes') }} as e
left join segments as s on e.call_id = s.call_id
where {{ replaced_days('e.scored_date') }}
order by e.scored_date nulls last, e.episode_id nulls last
