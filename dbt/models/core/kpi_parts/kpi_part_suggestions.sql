with days as (
    select
        step_date as kpi_date,
        cast(null as {{ type_text() }}) as queue_id,
        agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) filter (where step = 'submitted') as submitted,
        count(*) filter (where step = 'adopted') as adopted,
        count(*) filter (where step in ('adopted', 'declined')) as decided
    from {{ ref('fct_suggestion_step') }}
    group by step_date, agent_id
),

practices as (
    select
        event_date as kpi_date,
        cast(null as {{ type_text() }}) as queue_id,
        cast(null as {{ type_text() }}) as agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) filter (where event = 'approved') as approved,
        count(*) filter (where event = 'used') as used
    from {{ ref('fct_practice_event') }}
    group by event_date
)

select kpi_date, queue_id, agent_id, channel, {{ kpi_part('suggestions_submitted', 'count', 'submitted', n='submitted') }} from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('suggestion_adoption', 'suggestion_adoption', 'adopted', 'decided') }} from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('practices_approved', 'count', 'approved', n='approved') }} from practices
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('practice_uses', 'count', 'used', n='used') }} from practices
