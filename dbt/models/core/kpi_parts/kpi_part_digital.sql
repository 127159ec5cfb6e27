with replies as (
    select
        asked_date as kpi_date,
        agent_id,
        channel,
        count(*) filter (where reply_15m = 'met') as met,
        count(*) filter (where reply_15m <> 'open') as known,
        count(*) filter (where reply_15m = 'open') as still_open,
        count(reply_seconds) as replied,
        {{ exact_sum('reply_seconds') }} as reply_seconds,
        {{ exact_sum('reply_seconds * reply_seconds') }} as reply_squares
    from {{ ref('fct_first_reply') }}
    group by asked_date, agent_id, channel
),

contacts as (
    select
        contact_date as kpi_date,
        agent_id,
        channel,
        count(net_handle_seconds) as handled,
        {{ exact_sum('net_handle_seconds') }} as handle_seconds,
        {{ exact_sum('net_handle_seconds * net_handle_seconds') }} as handle_squares,
        count(*) filter (where feedback_kind = 'praise') as praises,
        count(*) filter (where feedback_kind = 'suggestion') as suggestions
    from {{ ref('fct_digital_contact') }}
    where is_handled
    group by contact_date, agent_id, channel
),

parts as (
    select kpi_date, agent_id, channel, {{ kpi_part('first_response', 'within_15m', 'met', 'known', n_open='still_open') }} from replies
    union all
    select
        kpi_date,
        agent_id,
        channel,
        {{ kpi_part('first_response', 'frt_mean', 'reply_seconds', 'replied', sum_of_squares='reply_squares') }}
    from replies
    union all
    select
        kpi_date,
        agent_id,
        channel,
        {{ kpi_part('handle_time_digital', 'handle_time_digital', 'handle_seconds', 'handled', sum_of_squares='handle_squares') }}
    from contacts
    union all
    select kpi_date, agent_id, channel, {{ kpi_part('customer_feedback', 'praise', 'praises', n='praises') }} from contacts
    union all
    select kpi_date, agent_id, channel, {{ kpi_part('customer_feedback', 'suggestion', 'suggestions', n='suggestions') }} from contacts
)

select
    kpi_date,
    cast(null as {{ type_text() }}) as queue_id,
    agent_id,
    channel,
    kpi_id,
    formula_id,
    numerator,
    denominator,
    n,
    n_open,
    sum_of_squares
from parts
