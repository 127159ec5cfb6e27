with days as (
    select
        step_date as kpi_date,
        queue_id,
        agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) filter (where step = 'stored') as stored,
        count(*) filter (where is_informed) as informed,
        count(*) filter (where step = 'stored' and consent = 'refused') as refused,
        count(*) filter (where step = 'stored' and encryption = 'AES-256') as encrypted,
        count(*) filter (where step = 'deleted') as deleted,
        count(*) filter (where step = 'deleted' and certificate_id is not null) as certified
    from {{ ref('fct_recording_object') }}
    group by step_date, queue_id, agent_id
)

select kpi_date, queue_id, agent_id, channel, {{ kpi_part('recording_notice', 'notice_and_consent', 'informed', 'stored') }} from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('recorded_after_refusal', 'share', 'refused', 'stored') }} from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('recording_encryption', 'aes256', 'encrypted', 'stored') }} from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('deletion_certificate', 'share', 'certified', 'deleted') }} from days
