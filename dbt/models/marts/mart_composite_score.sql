-- Quality points and satisfaction are on a scale of 100 already. Handle time and cost have no such scale: the lowest of
-- the latest twelve months makes 100. Weights are settings of the centre, in percent.
{%- set weights = var('composite_weights') %}

with months as (
    select
        month_start,
        max(case when kpi_id = 'qa_score' then numerator / nullif(denominator, 0) end) as qa_points,
        max(case when kpi_id = 'csat' then numerator / nullif(denominator, 0) end) as csat,
        max(case when kpi_id = 'aht' then numerator / nullif(denominator, 0) end) as aht_seconds,
        max(case when kpi_id = 'cost_per_contact' then numerator / nullif(denominator, 0) end) as cost_per_contact_yuan
    from {{ ref('kpi_centre_month') }}
    where
        (kpi_id = 'qa_score' and formula_id = 'qa_score') or (kpi_id = 'csat' and formula_id = 'csat_top2')
        or (kpi_id = 'aht' and formula_id = 'aht') or (kpi_id = 'cost_per_contact' and formula_id = 'per_contact')
    group by month_start
),

scored as (
    select
        *,
        qa_points as quality_score,
        {% for name, value in [('efficiency', 'aht_seconds'), ('cost', 'cost_per_contact_yuan')] %}
            100 * min({{ value }}) over (order by month_start nulls last rows between 11 preceding and current row)
            / nullif({{ value }}, 0) as {{ name }}_score,
        {% endfor %}
        100 * csat as satisfaction_score
    from months
)

select
    month_start,
    qa_points,
    aht_seconds,
    cost_per_contact_yuan,
    csat,
    {% for name in ['quality', 'efficiency', 'cost', 'satisfaction'] %}
        {{ name }}_score,
        {{ weights[name] }} as {{ name }}_weight,
    {% endfor %}
    (
        quality_score * {{ weights.quality }} + efficiency_score * {{ weights.efficiency }}
        + cost_score * {{ weights.cost }} + satisfaction_score * {{ weights.satisfaction }}
    ) / 100 as composite_score
from scored
order by month_start nulls last
