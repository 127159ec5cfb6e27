with days as (
    select
        call_date as kpi_date,
        queue_id,
        agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) as invited,
        count(*) filter (where first_answered_at is not null) as answered,
        count(*) filter (where n_reminders > 0) as invited_2,
        count(*) filter (where reminder_answered_at is not null) as answered_2,
        count(*) filter (where state in ('reminded', 'not_reminded', 'reminded_twice')) as due,
        count(*) filter (where state = 'reminded') as reminded,
        count(*) filter (where state = 'open') as still_open
    from {{ ref('fct_survey_invitation') }}
    group by call_date, queue_id, agent_id
)

select kpi_date, queue_id, agent_id, channel, {{ kpi_part('survey_response', 'survey_response', 'answered', 'invited') }} from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('survey_response', 'survey_response_wave2', 'answered_2', 'invited_2') }}
from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('survey_reminder', 'sent_48h', 'reminded', 'due', n_open='still_open') }}
from days
