-- Clock A waits from the queue entry, clock B from the request for a person. An unanswered visit belongs to nobody.
with days as (
    select
        visit_date as kpi_date,
        queue_id,
        cast(null as {{ type_text() }}) as agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) as offered,
        count(*) filter (where is_answered) as an,
        count(*) filter (where is_answered and queue_wait_seconds <= answer_within_seconds) as an_y,
        count(*) filter (where is_abandoned) as ab,
        count(*) filter (where is_flowout) as fo,
        {{ exact_sum("case when is_abandoned then wait_seconds else 0 end") }} as lost_sum,
        {{ exact_sum("case when is_abandoned then wait_seconds * wait_seconds else 0 end") }} as lost_squares
    from {{ ref('fct_queue_visit') }}
    where not is_open
    group by visit_date, queue_id
)

select kpi_date, queue_id, agent_id, channel, {{ kpi_part('service_level', 'sl_f3_clock_a', 'an_y', 'an + ab') }} from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('answer_rate', 'answer_rate_flowout', 'an', 'offered') }} from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('abandonment', 'ab_flowout', 'ab', 'offered') }} from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('flowout_rate', 'flowout_rate', 'fo', 'offered') }} from days
union all
select
    kpi_date,
    queue_id,
    agent_id,
    channel,
    {{ kpi_part('abandon_wait', 'abandon_wait', 'lost_sum', 'ab', sum_of_squares='lost_squares') }}
from days
