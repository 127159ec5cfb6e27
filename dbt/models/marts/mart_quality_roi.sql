-- Every assumption behind the figure stands beside it.
with costs as (
    select
        month_start,
        max(case when kind = 'benefit' then basis end) as benefit_basis,
        {% for kind in ['payroll', 'platform', 'telecom', 'overhead', 'quality_programme', 'benefit'] %}
            {{ exact_sum("case when kind = '" ~ kind ~ "' then amount_yuan else 0 end") }} as {{ kind }}_yuan,
        {% endfor %}
        sum(n_postings) as n_postings
    from {{ ref('fct_cost_month') }}
    group by month_start
)

select
    c.month_start,
    m.is_over as is_month_over,
    c.payroll_yuan,
    c.platform_yuan,
    c.telecom_yuan,
    c.overhead_yuan,
    c.quality_programme_yuan,
    c.benefit_yuan,
    c.benefit_basis,
    'quality_programme' as counted_cost_kinds,
    'month of posting' as period_rule,
    cast(c.n_postings as bigint) as n_postings,
    100 * (c.benefit_yuan - c.quality_programme_yuan) / nullif(c.quality_programme_yuan, 0) as roi_points,
    100 * (c.benefit_yuan / 2 - c.quality_programme_yuan) / nullif(c.quality_programme_yuan, 0) as roi_points_if_half_the_benefit,
    c.quality_programme_yuan
    / nullif(c.payroll_yuan + c.platform_yuan + c.telecom_yuan + c.overhead_yuan, 0) as programme_share_ratio
from costs as c
left join {{ ref('dim_month') }} as m on c.month_start = m.month_start
