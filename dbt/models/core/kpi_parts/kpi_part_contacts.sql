-- A contact counts once, for the queue and agent of its first segment.
with days as (
    select
        contact_date as kpi_date,
        queue_id,
        agent_id,
        count(*) as handled,
        count(*) filter (where is_resolved_in_process) as resolved_in_process,
        {% for name in ['24h', '72h', '7d'] %}
            count(*) filter (where repeat_{{ name }} = 'resolved') as resolved_{{ name }},
            count(*) filter (where repeat_{{ name }} in ('resolved', 'repeated')) as known_{{ name }},
            count(*) filter (where repeat_{{ name }} = 'open') as open_{{ name }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('fct_contact') }}
    where is_handled
    group by contact_date, queue_id, agent_id
)

select kpi_date, queue_id, agent_id, {{ kpi_part('fcr', 'fcr_process', 'resolved_in_process', 'handled') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('fcr', 'fcr_repeat_24h', 'resolved_24h', 'known_24h', n_open='open_24h') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('fcr', 'fcr_repeat_72h', 'resolved_72h', 'known_72h', n_open='open_72h') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('fcr', 'fcr_repeat_7d', 'resolved_7d', 'known_7d', n_open='open_7d') }} from days
