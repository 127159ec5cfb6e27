with days as (
    select
        segment_date as kpi_date,
        queue_id,
        agent_id,
        count(*) as segments,
        {{ exact_sum('handle_seconds') }} as handle_sum,
        {{ exact_sum('handle_seconds * handle_seconds') }} as handle_squares,
        count(*) filter (where transfer_kind is not null) as transfers
    from {{ ref('fct_agent_segment') }}
    group by segment_date, queue_id, agent_id
)

select kpi_date, queue_id, agent_id, {{ kpi_part('aht', 'aht', 'handle_sum', 'segments', sum_of_squares='handle_squares') }}
from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('transfer_rate', 'transfer_rate', 'transfers', 'segments') }} from days
union all
-- The base only; kpi_part_recordings brings what was inspected.
select kpi_date, queue_id, agent_id, {{ kpi_part('qc_coverage', 'qc_coverage', '0', 'segments') }} from days
union all
-- Calls without their queue, because the hours (kpi_part_states) belong to no queue.
select
    kpi_date,
    cast(null as {{ type_text() }}) as queue_id,
    agent_id,
    {{ kpi_part('calls_per_agent_hour', 'calls_per_agent_hour', 'segments', '0', n='segments') }}
from days
