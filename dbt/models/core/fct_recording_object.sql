{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with segments as (
    select
        call_id,
        segment_date,
        queue_id,
        agent_id
    from {{ ref('fct_agent_segment') }}
    where {{ days_between('segment_date', 3, 3) }}
)

select
    o.object_step_id,
    o.recording_id,
    o.call_id,
    s.queue_id,
    s.agent_id,
    o.partition_date as step_date,
    o.step,
    o.happened_at,
    o.encryption,
    o.key_id,
    o.retention_class,
    o.retain_until_date,
    o.size_bytes,
    o.notice,
    o.consent,
    o.is_informed,
    o.certificate_id
from {{ ref('int_recording_object_steps') }} as o
left join segments as s
    on
        case when o.step = 'stored' then o.call_id end = s.call_id
        and s.segment_date between {{ add_days('o.partition_date', -2) }} and {{ add_days('o.partition_date', 2) }}
where {{ replaced_days('o.partition_date') }}
order by step_date nulls last, o.object_step_id nulls last
