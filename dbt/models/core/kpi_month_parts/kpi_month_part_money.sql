with costs as (
    select
        month_start,
        {{ exact_sum("case when kind in ('payroll', 'platform', 'telecom', 'overhead') then amount_yuan else 0 end") }} as centre_yuan,
        {{ exact_sum("case when kind = 'quality_programme' then amount_yuan else 0 end") }} as programme_yuan,
        {{ exact_sum("case when kind = 'benefit' then amount_yuan else 0 end") }} as benefit_yuan
    from {{ ref('fct_cost_month') }}
    group by month_start
),

contacts as (
    select
        {{ period_start('month', 'kpi_date') }} as month_start,
        {{ exact_sum('denominator') }} as handled,
        {{ exact_sum('numerator') }} as resolved
    from {{ ref('fct_kpi_day') }}
    where kpi_id = 'fcr' and formula_id = 'fcr_process'
    group by {{ period_start('month', 'kpi_date') }}
),

months as (
    select
        c.month_start as kpi_month,
        cast(null as {{ type_text() }}) as queue_id,
        cast(null as {{ type_text() }}) as agent_id,
        cast(null as {{ type_text() }}) as channel,
        c.centre_yuan,
        c.programme_yuan,
        c.benefit_yuan,
        coalesce(n.handled, 0) as handled,
        coalesce(n.resolved, 0) as resolved
    from costs as c
    left join contacts as n on c.month_start = n.month_start
),

-- The schemes by which the month is judged: those that are valid on its first day, one a role.
schemes as (
    select distinct
        m.month_start as kpi_month,
        s.role,
        s.is_quality_led
    from {{ ref('dim_month') }} as m
    inner join {{ ref('dim_appraisal_scheme') }} as s on m.month_start between s.valid_from and s.valid_to
),

led as (
    select
        kpi_month,
        cast(null as {{ type_text() }}) as queue_id,
        cast(null as {{ type_text() }}) as agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) as schemes,
        count(*) filter (where is_quality_led) as quality_led
    from schemes
    group by kpi_month
)

select kpi_month, queue_id, agent_id, channel, {{ kpi_part('cost_per_contact', 'per_contact', 'centre_yuan', 'handled') }}
from months
union all
select kpi_month, queue_id, agent_id, channel, {{ kpi_part('cost_per_contact', 'per_resolved', 'centre_yuan', 'resolved') }}
from months
union all
select
    kpi_month,
    queue_id,
    agent_id,
    channel,
    {{ kpi_part('quality_roi', 'quality_roi', '100 * (benefit_yuan - programme_yuan)', 'programme_yuan', n='1') }}
from months
union all
select kpi_month, queue_id, agent_id, channel, {{ kpi_part('appraisal_scheme', 'quality_weight', 'quality_led', 'schemes') }}
from led
