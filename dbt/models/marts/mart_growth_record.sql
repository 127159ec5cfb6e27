-- Posts, courses, certificates and monthly appraisals of each employee in order of time. What had been learnt by then
-- stands beside each step, so that a change of grade can be read against it.
with events as (
    select
        employee_id,
        happened_date as event_date,
        event as kind,
        hr_event_id as event_id,
        team_id,
        grade,
        cast(null as {{ type_text() }}) as subject,
        cast(null as double) as training_hours,
        cast(null as boolean) as is_passed,
        cast(null as double) as score
    from {{ ref('fct_hr_event') }}
    where event not in ('interview_held', 'nda_signed', 'access_returned')
    union all
    select
        employee_id,
        finished_date as event_date,
        'training' as kind,
        training_id as event_id,
        null as team_id,
        null as grade,
        course as subject,
        training_hours,
        is_passed,
        score
    from {{ ref('fct_training') }}
    union all
    select
        employee_id,
        issued_date as event_date,
        'certificate' as kind,
        certificate_id as event_id,
        null as team_id,
        null as grade,
        kind as subject,
        null as training_hours,
        null as is_passed,
        null as score
    from {{ ref('fct_certificate') }}
    union all
    select
        employee_id,
        month_start as event_date,
        'appraisal' as kind,
        cast(month_start as {{ type_text() }}) as event_id,
        null as team_id,
        null as grade,
        role as subject,
        null as training_hours,
        null as is_passed,
        score
    from {{ ref('fct_appraisal') }}
    where grain = 'month'
)

select
    employee_id,
    event_date,
    kind,
    event_id,
    team_id,
    grade,
    subject,
    training_hours,
    is_passed,
    score,
    cast(sum(case when kind = 'team_changed' then 1 else 0 end) over steps as bigint) as n_rotations_so_far,
    sum(coalesce(training_hours, 0)) over steps as hours_so_far,
    cast(sum(case when kind = 'training' and is_passed then 1 else 0 end) over steps as bigint) as n_exams_so_far,
    cast(sum(case when kind = 'certificate' then 1 else 0 end) over steps as bigint) as n_certificates_so_far
from events
window steps as (
    partition by employee_id
    order by event_date nulls last, kind nulls last, event_id nulls last
    rows between unbounded preceding and current row
)
