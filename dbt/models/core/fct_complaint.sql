{{ config(materialized='incremental', incremental_strategy='replace_range', unique_key='complaint_id', on_schema_change='fail') }}

with complaints as (
    select
        c.*,
        coalesce(p.pause_us, 0) as pause_us,
        coalesce(p.business_pause_us, 0) as business_pause_us,
        case
            when not coalesce(p.is_paused, false)
                then {{ add_microseconds('c.received_at', hours_us(48) ~ ' + coalesce(p.pause_us, 0)') }}
        end as due_at,
        coalesce(r.is_duplicate, false) as is_duplicate,
        coalesce(r.is_repeat_30d, false) as is_repeat_30d,
        h.last_loaded_date,
        h.loaded_until_at
    from {{ ref('int_complaints') }} as c
    left join {{ ref('int_complaint_pauses') }} as p on c.complaint_id = p.complaint_id
    left join {{ ref('int_complaint_repeats') }} as r on c.complaint_id = r.complaint_id
    cross join {{ ref('int_loaded_until') }} as h
),

limits as (
    select
        *,
        {{ local_date('due_at') }} as due_date,
        {{ local_date("(received_at + interval '24' hour)") }} as respond_due_date,
        {{ local_date("(received_at + interval '15' day)") }} as legal_due_date,
        coalesce(responded_at <= received_at + interval '24' hour, false) as is_responded_24h,
        coalesce(finished_at <= due_at, false) as is_finished_48h
    from complaints
)

select
    complaint_id,
    received_date,
    received_at,
    customer_key,
    contact_id,
    channel,
    topic,
    agent_id,
    department_id,
    responded_at,
    responded_date,
    is_apologised,
    finished_at,
    finished_date,
    feedback_at,
    notified_at,
    reopened_at,
    last_step_date,
    {{ elapsed_seconds('received_at', 'responded_at') }} as response_seconds,
    {{ elapsed_seconds('received_at', 'finished_at') }} as open_seconds,
    (finished_us - received_us) / cast(1000000 as double) as business_open_seconds,
    pause_us / cast(1000000 as double) as pause_seconds,
    business_pause_us / cast(1000000 as double) as business_pause_seconds,
    due_at,
    due_date,
    coalesce(due_date <= last_loaded_date, false) as is_due,
    is_responded_24h,
    is_finished_48h,
    is_responded_24h and is_finished_48h as is_in_time,
    case
        when is_finished_48h or due_date > last_loaded_date then 0
        else {{ elapsed_seconds('due_at', 'coalesce(finished_at, loaded_until_at)') }}
    end as late_seconds,
    respond_due_date,
    respond_due_date <= last_loaded_date as is_respond_due,
    legal_due_date,
    legal_due_date <= last_loaded_date as is_legal_due,
    coalesce(finished_at <= received_at + interval '15' day, false) as is_finished_15d,
    {% for name, moment in [('feedback', 'feedback_at'), ('notice', 'notified_at'), ('reopening', 'reopened_at')] %}
        case when finished_at is not null then {{ within_days(moment, 'finished_at', 7, 'yes', 'no') }} end as {{ name }}_7d,
    {% endfor %}
    {{ is_over('finished_at', 7) }} as is_after_finish_over,
    is_duplicate,
    is_repeat_30d,
    topic is not null and coalesce(content_chars, 0) > 0 and demand is not null and department_id is not null
    and cause is not null as is_record_complete
from limits
order by received_date nulls last, complaint_id nulls last
