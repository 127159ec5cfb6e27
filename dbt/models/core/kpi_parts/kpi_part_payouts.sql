with days as (
    select
        paid_date as kpi_date,
        cast(null as {{ type_text() }}) as queue_id,
        agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) as payouts,
        count(*) filter (where is_above_limit) as above,
        count(*) filter (where is_above_limit and is_approved_by_second) as approved,
        count(*) filter (where is_above_limit and not is_approved_by_second) as broken
    from {{ ref('fct_payout') }}
    group by paid_date, agent_id
)

select kpi_date, queue_id, agent_id, channel, {{ kpi_part('second_approval', 'second_approval', 'approved', 'above') }} from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('authority_breach', 'authority_breach', 'broken', 'payouts') }} from days
