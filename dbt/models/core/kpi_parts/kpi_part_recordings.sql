-- The inspected segments; the base of the ratio comes from kpi_part_segments, so that both are counted on their own.
with days as (
    select
        call_date as kpi_date,
        queue_id,
        agent_id,
        count(distinct call_id) as inspected
    from {{ ref('fct_transcript') }}
    where is_segment and is_inspected
    group by call_date, queue_id, agent_id
)

select kpi_date, queue_id, agent_id, {{ kpi_part('qc_coverage', 'qc_coverage', 'inspected', '0', n='0') }} from days
