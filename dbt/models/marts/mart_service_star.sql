{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- The star of a month is the best score; the quality model of a quarter (质量标兵) the best score of the quality items.
with counted as (
    select
        {{ period_start('month', 'kpi_date') }} as month_start,
        agent_id,
        {{ exact_sum('denominator') }} as n_calls,
        0 as n_critical
    from {{ ref('fct_kpi_day') }}
    where kpi_id = 'aht' and formula_id = 'aht' and agent_id is not null and {{ days_of_replaced_periods('kpi_date') }}
    group by {{ period_start('month', 'kpi_date') }}, agent_id
    union all
    select
        {{ period_start('month', 'call_date') }} as month_start,
        agent_id,
        0 as n_calls,
        count(*) as n_critical
    from {{ ref('fct_inspection') }}
    where is_segment and rule_kind = 'forbidden' and outcome = 'hit' and {{ days_of_replaced_periods('call_date') }}
    group by {{ period_start('month', 'call_date') }}, agent_id
),

-- In a quarter the calls of each of its months are asked for.
counts as (
    {% for grain in ['month', 'quarter'] %}
        select
            '{{ grain }}' as grain,
            {{ period_start(grain, 'month_start') }} as month_start,
            agent_id,
            cast(sum(n_calls) as bigint) as n_calls,
            cast(sum(n_critical) as bigint) as n_critical
        from counted
        group by {{ period_start(grain, 'month_start') }}, agent_id
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

lengths as (
    select
        {{ period_start('quarter', 'month_start') }} as quarter_start,
        count(*) as n_months
    from {{ ref('dim_month') }}
    group by {{ period_start('quarter', 'month_start') }}
),

judged as (
    select
        a.grain,
        a.month_start,
        a.employee_id as agent_id,
        a.score,
        a.quality_score,
        coalesce(c.n_calls, 0) as n_calls,
        coalesce(c.n_critical, 0) as n_critical,
        coalesce(c.n_calls, 0)
        < {{ var("star_calls") }} * case when a.grain = 'quarter' then q.n_months else 1 end as has_few_calls,
        coalesce(c.n_critical, 0) > 0 as has_critical_failure,
        not a.is_quality_led as is_scheme_short
    from {{ ref('fct_appraisal') }} as a
    inner join lengths as q on {{ period_start('quarter', 'a.month_start') }} = q.quarter_start
    left join counts as c on a.grain = c.grain and a.month_start = c.month_start and a.employee_id = c.agent_id
    where a.role = 'agent'
),

decided as (
    select
        *,
        not has_few_calls and not has_critical_failure and not is_scheme_short as is_eligible
    from judged
)

select
    grain,
    month_start,
    agent_id,
    score,
    quality_score,
    n_calls,
    n_critical,
    has_few_calls,
    has_critical_failure,
    is_scheme_short,
    is_eligible,
    case
        when is_eligible then rank() over (
            partition by grain, month_start, is_eligible
            order by
                case when grain = 'quarter' then quality_score else score end desc nulls last,
                case when grain = 'quarter' then score else quality_score end desc nulls last
        )
    end as place
from decided
where {{ replaced_days() }}
order by month_start nulls last, grain nulls last, agent_id nulls last
