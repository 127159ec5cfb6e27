-- fcr_net stands beside the other formulas of first contact resolution, so its parts carry no channel either.
with contacts as (
    select
        contact_date as kpi_date,
        queue_id,
        agent_id,
        channel,
        count(*) as contacts,
        count(*) filter (where customer_key is not null) as linked,
        count(*) filter (where one_contact_7d = 'resolved') as resolved,
        count(*) filter (where one_contact_7d in ('resolved', 'repeated')) as known,
        count(*) filter (where one_contact_7d = 'open') as still_open,
        count(*) filter (where is_level_1 and is_resolved_in_process) as resolved_net,
        count(*) filter (where is_level_1) as level_1,
        count(*) filter (where is_handled) as handled
    from {{ ref('fct_channel_contact') }}
    group by contact_date, queue_id, agent_id, channel
),

days as (
    select
        contact_date as kpi_date,
        channel,
        count(*) filter (where is_loaded) as loaded,
        count(*) as expected
    from {{ ref('fct_channel_day') }}
    group by contact_date, channel
)

select kpi_date, queue_id, agent_id, channel, {{ kpi_part('ocr', 'one_contact_7d', 'resolved', 'known', n_open='still_open') }}
from contacts
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('contact_link', 'linked', 'linked', 'contacts') }} from contacts
union all
select
    kpi_date,
    queue_id,
    agent_id,
    cast(null as {{ type_text() }}) as channel,
    {{ kpi_part('fcr', 'fcr_net', 'resolved_net', 'level_1') }}
from contacts
union all
select
    kpi_date,
    cast(null as {{ type_text() }}) as queue_id,
    cast(null as {{ type_text() }}) as agent_id,
    channel,
    {{ kpi_part('complaint_rate', 'per_1000', '0', 'handled') }}
from contacts
union all
select
    kpi_date,
    cast(null as {{ type_text() }}) as queue_id,
    cast(null as {{ type_text() }}) as agent_id,
    channel,
    {{ kpi_part('channel_on_time', 'loaded', 'loaded', 'expected') }}
from days
