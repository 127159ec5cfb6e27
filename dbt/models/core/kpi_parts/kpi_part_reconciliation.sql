-- Answered legs, recorded legs, and what became of each recording; the base of "recorded" comes from the legs themselves.
with recordings as (
    select
        call_date as kpi_date,
        queue_id,
        agent_id,
        count(distinct call_id) filter (where media_kind is not null) as recorded,
        count(distinct case when transcript_status is not null then call_id end) filter (where media_kind is not null) as explained
    from {{ ref('fct_transcript') }}
    where is_segment
    group by call_date, queue_id, agent_id
),

segments as (
    select
        segment_date as kpi_date,
        queue_id,
        agent_id,
        count(*) as answered
    from {{ ref('fct_agent_segment') }}
    group by segment_date, queue_id, agent_id
),

parts as (
    select kpi_date, queue_id, agent_id, {{ kpi_part('reconciliation', 'gap', 'explained', 'recorded') }} from recordings
    union all
    select kpi_date, queue_id, agent_id, {{ kpi_part('reconciliation', 'recorded', 'recorded', '0', n='0') }} from recordings
    union all
    select kpi_date, queue_id, agent_id, {{ kpi_part('reconciliation', 'recorded', '0', 'answered') }} from segments
)

select
    kpi_date,
    queue_id,
    agent_id,
    cast(null as {{ type_text() }}) as channel,
    kpi_id,
    formula_id,
    numerator,
    denominator,
    n,
    n_open,
    sum_of_squares
from parts
