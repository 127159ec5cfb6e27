{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with calls as (
    select
        {{ period_start('month', 'segment_date') }} as month_start,
        agent_id,
        count(*) as n_calls
    from {{ ref('fct_agent_segment') }}
    where {{ days_of_replaced_periods('segment_date') }}
    group by {{ period_start('month', 'segment_date') }}, agent_id
),

failures as (
    select
        {{ period_start('month', 'call_date') }} as month_start,
        agent_id,
        count(*) as n_critical
    from {{ ref('fct_inspection') }}
    where is_segment and rule_kind = 'forbidden' and outcome = 'hit' and {{ days_of_replaced_periods('call_date') }}
    group by {{ period_start('month', 'call_date') }}, agent_id
),

judged as (
    select
        a.month_start,
        a.agent_id,
        a.score,
        a.quality_score,
        coalesce(c.n_calls, 0) as n_calls,
        coalesce(f.n_critical, 0) as n_critical,
        coalesce(c.n_calls, 0) < {{ var("star_calls") }} as has_few_calls,
        coalesce(f.n_critical, 0) > 0 as has_critical_failure,
        not a.is_quality_led as is_scheme_short
    from {{ ref('fct_appraisal_month') }} as a
    left join calls as c on a.month_start = c.month_start and a.agent_id = c.agent_id
    left join failures as f on a.month_start = f.month_start and a.agent_id = f.agent_id
    where {{ replaced_days('a.month_start') }}
),

decided as (
    select
        *,
        not has_few_calls and not has_critical_failure and not is_scheme_short as is_eligible
    from judged
)

select
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
            partition by month_start, is_eligible
            order by score desc nulls last, quality_score desc nulls last
        )
    end as place
from decided
order by month_start nulls last, agent_id nulls last
