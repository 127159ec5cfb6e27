{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- New agents in the first twelve months, those with a mentor beside those without. It compares and proves nothing: mentors
-- are not assigned by lot, and n says how few there are.
with lives as (
    select
        employee_id as agent_id,
        max(case when event = 'hired' then happened_date end) as hired_date,
        min(case when event = 'mentor_assigned' then happened_date end) as mentored_from
    from {{ ref('fct_hr_event') }}
    where role = 'agent' and event in ('hired', 'mentor_assigned')
    group by employee_id
),

parts as (
    select
        {{ period_start('month', 'p.kpi_date') }} as month_start,
        12 * (extract(year from p.kpi_date) - extract(year from h.hired_date))
        + extract(month from p.kpi_date) - extract(month from h.hired_date) as months_since_hire,
        coalesce(h.mentored_from <= p.kpi_date, false) as is_mentored,
        p.agent_id,
        p.kpi_id,
        p.numerator,
        p.denominator
    from {{ ref('fct_kpi_day') }} as p
    inner join lives as h on p.agent_id = h.agent_id and p.kpi_date >= h.hired_date
    where
        ((p.kpi_id = 'qa_score' and p.formula_id = 'qa_score') or (p.kpi_id = 'aht' and p.formula_id = 'aht'))
        and {{ days_of_replaced_periods('p.kpi_date') }}
),

summed as (
    select
        month_start,
        cast(months_since_hire as bigint) as months_since_hire,
        is_mentored,
        count(distinct agent_id) as n_agents,
        {% for kpi, name in [('qa_score', 'qa'), ('aht', 'handle')] %}
            {{ exact_sum("case when kpi_id = '" ~ kpi ~ "' then numerator else 0 end") }} as {{ name }}_sum,
            {{ exact_sum("case when kpi_id = '" ~ kpi ~ "' then denominator else 0 end") }} as {{ name }}_n
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from parts
    where months_since_hire < 12
    group by month_start, months_since_hire, is_mentored
)

select
    month_start,
    months_since_hire,
    is_mentored,
    n_agents,
    cast(qa_n as bigint) as n_reviews,
    qa_sum as points_sum,
    qa_sum / nullif(qa_n, 0) as mean_points,
    cast(handle_n as bigint) as n_calls,
    handle_sum as handle_seconds,
    handle_sum / nullif(handle_n, 0) as mean_handle_seconds
from summed
where {{ replaced_days() }}
order by month_start nulls last, months_since_hire nulls last, is_mentored nulls last
