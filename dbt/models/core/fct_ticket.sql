{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with tickets as (
    select
        t.*,
        p.owner_id,
        p.is_duplicate,
        p.is_overtaker,
        coalesce(b.pause_us, 0) as pause_us,
        coalesce(b.business_pause_us, 0) as business_pause_us,
        coalesce(b.is_paused, false) as is_paused,
        coalesce(b.is_business_paused, false) as is_business_paused,
        t.opened_us + {{ hours_us(48) }} + coalesce(b.business_pause_us, 0) as business_due_us,
        {{ add_microseconds('t.opened_at', hours_us(48) ~ ' + coalesce(b.pause_us, 0)') }} as running_due_at,
        c.customer_key as contact_customer_key,
        h.*
    from {{ ref('int_tickets') }} as t
    inner join {{ ref('int_ticket_pairs') }} as p on t.ticket_id = p.ticket_id
    left join {{ ref('int_ticket_pauses') }} as b on t.ticket_id = b.ticket_id
    left join {{ ref('fct_channel_contact') }} as c on t.contact_id = c.contact_id and {{ days_between('c.contact_date', 80, 30) }}
    cross join {{ ref('int_loaded_until') }} as h
),

-- The business clock turned back into a day: the week and the weekday on which it shows the limit.
weeks as (
    select
        t.*,
        7 * (ceil(t.business_due_us / w.week_us) - 1) as monday,
        t.business_due_us - (ceil(t.business_due_us / w.week_us) - 1) * w.week_us as due_us_in_week
    from tickets as t
    inner join {{ ref('int_business_week') }} as w on w.weekday = 1
),

due as (
    select
        t.*,
        case when not t.is_paused then t.running_due_at end as due_at,
        case when not t.is_paused then {{ local_date('t.running_due_at') }} end as due_date,
        case when not t.is_business_paused then {{ add_days("date '1970-01-05'", 't.monday + w.weekday - 1') }} end as business_due_date,
        {{ within_days('t.reopened_at', 't.closed_at', 7, 'reopened', 'stayed_closed') }} as after_close
    from weeks as t
    left join {{ ref('int_business_week') }} as w on t.due_us_in_week > w.before_us and t.due_us_in_week <= w.before_us + w.open_us
)

select
    ticket_id,
    opened_date,
    opened_at,
    contact_id,
    channel,
    customer_key,
    topic,
    priority,
    opener_id,
    owner_id,
    closer_id,
    closed_at,
    closed_date,
    reopened_at,
    promised_at,
    case when promised_at is not null then {{ local_date('promised_at') }} end as promised_date,
    case
        when {{ local_date('promised_at') }} > last_loaded_date then 'open'
        when answered_at <= promised_at then 'kept'
        when promised_at is not null then 'broken'
    end as promise,
    n_transfers,
    pause_us / cast(1000000 as double) as pause_seconds,
    business_pause_us / cast(1000000 as double) as business_pause_seconds,
    {{ elapsed_seconds('opened_at', 'closed_at') }} as open_seconds,
    (closed_us - opened_us) / cast(1000000 as double) as business_open_seconds,
    due_at,
    due_date,
    business_due_date,
    {% for name, day, late in [('', 'due_date', 'closed_at > due_at'), ('business_', 'business_due_date', 'closed_us > business_due_us')] %}
        case
            when {{ day }} is null or {{ day }} > last_loaded_date then 'not_due'
            when closed_at is null or {{ late }} or after_close = 'reopened' then 'missed'
            when after_close = 'open' then 'open'
            else 'met'
        end as resolved_{{ name }}48h,
        {{ add_days(day, 7) }} <= last_loaded_date
        and (closed_at is null or {{ late }} or after_close <> 'open') as is_{{ name }}resolution_over,
    {% endfor %}
    case when closed_at is not null then after_close end as after_close_7d,
    {{ is_over('closed_at', 7) }} as is_after_close_over,
    case
        when coalesce(closed_in_contact_id <> contact_id, true) then 'later'
        else {{ within_days('reopened_at', 'opened_at', 7, 'reopened', 'first_contact') }}
    end as first_contact_7d,
    {{ is_over('opened_at', 7) }} as is_first_contact_over,
    contact_id is not null and customer_key is not null and topic is not null and priority is not null
    and coalesce(content_chars, 0) > 0 as has_required_fields,
    is_duplicate,
    case when contact_customer_key is not null then coalesce(customer_key = contact_customer_key, false) end as is_caller_matched,
    closer_id = owner_id or (n_transfers > 0 and n_transfers = n_transfers_recorded) as is_first_owner_kept,
    is_overtaker
from due
where {{ replaced_days() }}
order by opened_date nulls last, ticket_id nulls last
