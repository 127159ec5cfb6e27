-- Sensitivity: of the clauses that were said, how many the rules found. Specificity: of those that were not said, how many
-- they left unfound. Only where people and rules agree that the clause applies. `all` is made of the mandatory clauses.
with labels as (
    select
        {{ period_start('month', 'label_date') }} as month_start,
        item as rule_id,
        is_mandatory,
        label = 'present' as is_said,
        detected_label = 'present' as is_found
    from {{ ref('fct_gold_label') }}
    where kind = 'clause' and is_judged and label in ('present', 'absent') and detected_label in ('present', 'absent')
),

periods as (
    {% for grain, start in [('month', 'month_start'), ('all_time', 'cast(null as date)')] %}
        {% for rule, where in [('rule_id', '1 = 1'), ("'all'", 'is_mandatory')] %}
            select
                '{{ grain }}' as grain,
                {{ start }} as period_start,
                {{ rule }} as rule_id,
                is_said,
                is_found
            from labels
            where {{ where }}
            {% if not loop.last %}union all{% endif %}
        {% endfor %}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

counted as (
    select
        grain,
        period_start,
        rule_id,
        count(*) as n_gold,
        count(*) filter (where is_said) as n_said,
        count(*) filter (where not is_said) as n_unsaid,
        count(*) filter (where is_said and is_found) as n_found,
        count(*) filter (where not is_said and not is_found) as n_left
    from periods
    group by grain, period_start, rule_id
),

rated as (
    select
        *,
        case when n_said > 0 then cast(n_found as double) / n_said end as sensitivity,
        case when n_unsaid > 0 then cast(n_left as double) / n_unsaid end as specificity
    from counted
)

select
    grain,
    period_start,
    rule_id,
    n_gold,
    n_said,
    n_found,
    sensitivity,
    case when n_said > 0 then {{ wilson_low('sensitivity', 'n_said') }} end as sensitivity_low,
    case when n_said > 0 then {{ wilson_high('sensitivity', 'n_said') }} end as sensitivity_high,
    n_unsaid,
    n_left,
    specificity,
    case when n_unsaid > 0 then {{ wilson_low('specificity', 'n_unsaid') }} end as specificity_low,
    case when n_unsaid > 0 then {{ wilson_high('specificity', 'n_unsaid') }} end as specificity_high
from rated
order by grain nulls last, period_start nulls first, rule_id nulls last
