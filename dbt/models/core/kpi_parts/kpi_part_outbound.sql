with promises as (
    select
        promise_date as kpi_date,
        queue_id,
        agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) filter (where state = 'kept') as kept,
        count(*) filter (where state in ('kept', 'missed')) as due,
        count(*) filter (where state = 'open') as still_open
    from {{ ref('fct_callback_promise') }}
    group by promise_date, queue_id, agent_id
),

dials as (
    select
        call_date as kpi_date,
        queue_id,
        agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) as dialled,
        count(*) filter (where is_answered) as answered
    from {{ ref('fct_outbound_call') }}
    group by call_date, queue_id, agent_id
)

select kpi_date, queue_id, agent_id, channel, {{ kpi_part('callback_kept', 'kept_24h', 'kept', 'due', n_open='still_open') }} from promises
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('outbound_connect', 'outbound_connect', 'answered', 'dialled') }} from dials
