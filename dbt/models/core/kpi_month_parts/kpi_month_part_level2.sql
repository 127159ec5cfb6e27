-- An agent is active in a month with a handled call in it. A call that is scored twice is one sample.
with active as (
    select distinct
        {{ period_start('month', 'segment_date') }} as kpi_month,
        agent_id
    from {{ ref('fct_agent_segment') }}
),

samples as (
    select
        {{ period_start('month', 'review_date') }} as kpi_month,
        agent_id,
        count(distinct call_id) as n_samples
    from {{ ref('fct_review') }}
    where is_sample
    group by {{ period_start('month', 'review_date') }}, agent_id
),

judged as (
    select
        a.kpi_month,
        a.agent_id,
        case when s.n_samples >= {{ var('level2_quota') }} then 1 else 0 end as is_met
    from active as a
    left join samples as s on a.kpi_month = s.kpi_month and a.agent_id = s.agent_id
)

select
    kpi_month,
    cast(null as {{ type_text() }}) as queue_id,
    agent_id,
    cast(null as {{ type_text() }}) as channel,
    {{ kpi_part('qc_level2_quota', 'agents_with_20', 'is_met', '1') }}
from judged
