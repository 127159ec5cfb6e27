-- Each risk as it stands after its last event. The limits of the levels are Lingting's: the document gives none.
with events as (
    select
        *,
        row_number() over (partition by risk_id order by recorded_date desc nulls last, risk_event_id desc nulls last) as place,
        min(recorded_date) over (partition by risk_id) as registered_date,
        first_value(score) over (partition by risk_id order by recorded_date nulls last, risk_event_id nulls last) as first_score,
        count(*) filter (where event = 'reviewed') over (partition by risk_id) as n_reviews
    from {{ ref('fct_risk_event') }}
),

loaded as (
    select max(last_loaded_date) as last_loaded_date
    from {{ ref('dim_month') }}
)

select
    e.risk_id,
    e.kind,
    e.title,
    e.likelihood,
    e.impact,
    e.score,
    case when e.score >= 15 then 'extreme' when e.score >= 10 then 'high' when e.score >= 5 then 'medium' else 'low' end as risk_level,
    e.first_score,
    e.response,
    e.owner_id,
    e.kpi_id,
    e.registered_date,
    e.recorded_date as last_event_date,
    e.n_reviews,
    e.review_due_date,
    e.event = 'closed' as is_closed,
    case
        when e.review_due_date < u.last_loaded_date then {{ days_from('e.review_due_date', 'u.last_loaded_date') }}
        else 0
    end as overdue_days
from events as e
cross join loaded as u
where e.place = 1
