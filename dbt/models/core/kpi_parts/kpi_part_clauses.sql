-- One decision per recording and rule, however many hits there are.
with decisions as (
    select
        call_date as kpi_date,
        queue_id,
        agent_id,
        recording_id,
        rule_id,
        max(case when outcome = 'hit' then 1 else 0 end) as is_hit
    from {{ ref('fct_inspection') }}
    where
        is_segment
        and is_mandatory
        and outcome in ('hit', 'miss')
        and transcript_status = 'ok'
    group by call_date, queue_id, agent_id, recording_id, rule_id
),

days as (
    select
        kpi_date,
        queue_id,
        agent_id,
        sum(is_hit) as hits,
        count(*) as clauses
    from decisions
    group by kpi_date, queue_id, agent_id
)

select kpi_date, queue_id, agent_id, {{ kpi_part('script_compliance', 'script_compliance', 'hits', 'clauses') }} from days
union all
-- Six Sigma counts what went wrong per million chances.
select
    kpi_date,
    queue_id,
    agent_id,
    {{ kpi_part('dpmo', 'dpmo', '1000000.0 * (clauses - hits)', 'clauses', sum_of_squares='1000000000000.0 * (clauses - hits)') }}
from days
