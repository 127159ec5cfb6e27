-- Samples of level 2 tell how an agent works; level 3 looks for trouble and would bend the mean.
with samples as (
    select
        review_date as kpi_date,
        queue_id,
        agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) as reviews,
        {{ exact_sum('score_points') }} as score_sum,
        {{ exact_sum('score_points * score_points') }} as score_squares,
        {{ exact_sum('weighted_points') }} as weighted_sum,
        {{ exact_sum('weighted_points * weighted_points') }} as weighted_squares,
        count(*) filter (where not has_customer_error) as customer_free,
        count(*) filter (where not has_business_error) as business_free,
        count(*) filter (where not has_compliance_error) as compliance_free
    from {{ ref('fct_review') }}
    where is_sample
    group by review_date, queue_id, agent_id
),

-- Every scoring of any kind: what judges the evaluator belongs to the queue, not to the agent.
scorings as (
    select
        review_date as kpi_date,
        queue_id,
        cast(null as {{ type_text() }}) as agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) as reviews,
        count(*) filter (where is_evaluator_certified) as certified,
        count(*) filter (where is_own_call) as own_calls
    from {{ ref('fct_review') }}
    group by review_date, queue_id
)

{% for kpi, formula, good, squares in [
    ('qa_score', 'qa_score', 'score_sum', 'score_squares'),
    ('qa_score', 'without_override', 'weighted_sum', 'weighted_squares'),
    ('qa_critical_free', 'customer', 'customer_free', 'null'),
    ('qa_critical_free', 'business', 'business_free', 'null'),
    ('qa_critical_free', 'compliance', 'compliance_free', 'null'),
] %}
    select
        kpi_date,
        queue_id,
        agent_id,
        channel,
        {{ kpi_part(kpi, formula, good, 'reviews', sum_of_squares=squares) }}
    from samples
    union all
{% endfor %}
select
    kpi_date,
    queue_id,
    agent_id,
    channel,
    {{ kpi_part('certified_evaluator', 'certified_evaluator', 'certified', 'reviews') }}
from scorings
union all
select
    kpi_date,
    cast(null as {{ type_text() }}) as queue_id,
    agent_id,
    channel,
    {{ kpi_part('separation_of_duties', 'separation_of_duties', 'own_calls', 'reviews') }}
from scorings
