-- With flow-outs in the base, answer rate, abandonment and flow-out rate add up to 100 % for the centre and each queue.
with shares as (
    select
        grain,
        period_start,
        scope,
        scope_id,
        count(*) as n_formulas,
        sum(numerator) as numerators,
        min(denominator) as lowest_base,
        max(denominator) as highest_base
    from {{ ref('mart_kpi') }}
    where
        formula_id in ('answer_rate_flowout', 'ab_flowout', 'flowout_rate')
        and {{ range_condition({'column': 'period_start', 'back': 7, 'forward': 7, 'period': 'mixed'}) }}
    group by grain, period_start, scope, scope_id
)

select *
from shares
where n_formulas <> 3 or lowest_base <> highest_base or numerators <> highest_base
