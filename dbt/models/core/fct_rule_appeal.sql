with appeals as (
    select
        appeal_id,
        min(recording_id) as recording_id,
        min(call_id) as call_id,
        min(rule_id) as rule_id,
        min(rule_version) as rule_version,
        min(hit_no) as hit_no,
        min(case when step = 'filed' then happened_at end) as filed_at,
        min(case when step = 'filed' then partition_date end) as filed_date,
        min(filed_by) as filed_by,
        min(case when step = 'filed' then reason end) as reason,
        min(case when step <> 'filed' then happened_at end) as decided_at,
        min(case when step <> 'filed' then partition_date end) as decided_date,
        min(decided_by) as decided_by,
        max(case when step = 'upheld' then 1 else 0 end) = 1 as is_upheld
    from {{ ref('int_rule_appeal_steps') }}
    group by appeal_id
)

select
    a.appeal_id,
    a.recording_id,
    a.call_id,
    s.segment_date as call_date,
    s.queue_id,
    s.agent_id,
    a.rule_id,
    a.rule_version,
    a.hit_no,
    a.filed_at,
    a.filed_date,
    a.filed_by,
    a.reason,
    a.decided_at,
    a.decided_date,
    a.decided_by,
    case when a.decided_at is null then 'filed' when a.is_upheld then 'upheld' else 'rejected' end as outcome
from appeals as a
left join {{ ref('fct_agent_segment') }} as s on a.call_id = s.call_id
order by a.filed_date nulls last, a.appeal_id nulls last
