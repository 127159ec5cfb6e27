with days as (
    select
        decided_date as kpi_date,
        queue_id,
        agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) filter (where outcome = 'upheld') as overturned,
        count(*) as decided
    from {{ ref('fct_rule_appeal') }}
    where outcome <> 'filed'
    group by decided_date, queue_id, agent_id
)

select kpi_date, queue_id, agent_id, channel, {{ kpi_part('rule_overturn', 'rule_overturn', 'overturned', 'decided') }} from days
