-- From pushed to solved; what agents searched for themselves is no push.
with days as (
    select
        usage_date as kpi_date,
        cast(null as {{ type_text() }}) as queue_id,
        agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) as pushed,
        count(*) filter (where is_opened) as opened,
        count(*) filter (where is_used) as used,
        count(*) filter (where is_resolved) as resolved
    from {{ ref('fct_kb_usage') }}
    where kind = 'push'
    group by usage_date, agent_id
)

select kpi_date, queue_id, agent_id, channel, {{ kpi_part('kb_push_opened', 'kb_push_opened', 'opened', 'pushed') }} from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('kb_push_used', 'kb_push_used', 'used', 'pushed') }} from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('kb_push_resolved', 'kb_push_resolved', 'resolved', 'used') }} from days
