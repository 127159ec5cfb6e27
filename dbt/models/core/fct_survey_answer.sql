{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with segments as (
    select
        call_id,
        segment_date,
        queue_id,
        agent_id
    from {{ ref('fct_agent_segment') }}
    where {{ days_between('segment_date', 16, 16) }}
),

placed as (
    select
        a.*,
        s.call_id is not null as is_segment,
        coalesce(s.segment_date, a.invited_date) as call_date,
        s.queue_id,
        s.agent_id,
        a.is_valid and s.call_id is not null as is_countable
    from {{ ref('int_survey_answers') }} as a
    left join segments as s on a.call_id = s.call_id
),

-- Of several countable answers about one contact only the latest counts.
ranked as (
    select
        *,
        row_number() over (
            partition by contact_id, question, is_countable
            order by answered_at desc nulls last, survey_id desc nulls last
        ) as place
    from placed
)

select
    survey_id,
    contact_id,
    call_id,
    call_date,
    queue_id,
    agent_id,
    question,
    answer,
    channel,
    wave,
    invited_at,
    answered_at,
    is_segment,
    coalesce(is_answered, false) as is_answered,
    coalesce(is_valid, false) as is_valid,
    coalesce(is_valid and is_good, false) as is_good,
    coalesce(is_countable and place = 1, false) as is_counted
from ranked
where {{ replaced_days() }}
order by call_date nulls last, survey_id nulls last
