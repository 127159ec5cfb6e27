with test_contacts as (
    select distinct contact_id
    from {{ ref('stg_calls') }}
    where is_test and {{ days_between('partition_date', 4, 4) }}
)

select
    i.step_id,
    i.contact_id,
    i.step_no,
    i.partition_date as step_date,
    i.node,
    i.entered_at,
    i.left_at,
    {{ elapsed_seconds('i.entered_at', 'i.left_at') }} as duration_seconds,
    i.key_pressed,
    i.result
from {{ ref('stg_ivr_steps') }} as i
left join test_contacts as t on i.contact_id = t.contact_id
where t.contact_id is null and {{ days_between('i.partition_date', 3, 3) }}
