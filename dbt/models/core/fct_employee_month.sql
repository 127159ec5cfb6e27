-- Everyone who is employed on the last loaded day of a month, with what the month, the quarter and the year hold of them.
with months as (
    select
        *,
        {{ period_start('quarter', 'last_loaded_date') }} as quarter_start,
        {{ period_start('year', 'last_loaded_date') }} as year_start,
        {{ days_from(
            period_start('year', 'last_loaded_date'), period_start('year', "last_loaded_date + interval '1' year")
        ) }} as days_in_year
    from {{ ref('dim_month') }}
),

hires as (
    select
        m.month_start,
        e.employee_id,
        max(e.happened_date) as hired_date
    from months as m
    inner join {{ ref('fct_hr_event') }} as e on m.last_loaded_date >= e.happened_date
    where e.event = 'hired'
    group by m.month_start, e.employee_id
),

courses as (
    select
        m.month_start,
        t.employee_id,
        {{ exact_sum('t.training_hours') }} as year_hours,
        {{ exact_sum('case when t.finished_date >= m.month_start then t.training_hours else 0 end') }} as month_hours,
        max(case when t.kind = 'onboarding' and t.is_passed then 1 else 0 end) = 1 as is_onboarded,
        max(case when t.kind = 'on_job' then 1 else 0 end) = 1 as is_trained_on_job,
        max(case when t.kind = 'off_job' then 1 else 0 end) = 1 as is_trained_off_job,
        max(case when t.kind = 'compliance' and t.is_passed and t.finished_date >= m.quarter_start then 1 else 0 end) = 1 as is_compliant
    from months as m
    inner join {{ ref('fct_training') }} as t on t.finished_date between m.year_start and m.last_loaded_date
    group by m.month_start, t.employee_id
),

certified as (
    select
        m.month_start,
        c.employee_id,
        max(c.valid_to_date) as certified_to_date
    from months as m
    inner join {{ ref('fct_certificate') }} as c on m.last_loaded_date between c.issued_date and c.valid_to_date
    where c.is_key_post
    group by m.month_start, c.employee_id
),

talks as (
    select distinct
        employee_id,
        {{ period_start('month', 'happened_date') }} as month_start
    from {{ ref('fct_hr_event') }}
    where event = 'interview_held'
),

staff as (
    select
        m.month_start,
        m.last_loaded_date as as_of_date,
        m.is_over as is_month_over,
        e.employee_id,
        e.agent_id,
        e.role,
        e.team_id,
        e.grade,
        e.fte,
        e.is_key_post,
        h.hired_date,
        {{ days_from('greatest(h.hired_date, m.year_start)', 'm.last_loaded_date') }} + 1 as employed_days,
        m.days_in_year,
        coalesce(c.month_hours, 0) as month_hours,
        coalesce(c.year_hours, 0) as year_hours,
        coalesce(c.is_compliant, false) as is_compliance_passed,
        f.certified_to_date,
        t.employee_id is not null as is_interviewed,
        h.hired_date >= m.year_start as is_joiner,
        coalesce(c.is_onboarded, false) as is_onboarded,
        coalesce(c.is_trained_on_job, false) as is_trained_on_job,
        coalesce(c.is_trained_off_job, false) as is_trained_off_job
    from months as m
    inner join {{ ref('dim_employee_history') }} as e
        on m.last_loaded_date between e.valid_from and e.valid_to and e.status <> 'left'
    inner join hires as h on m.month_start = h.month_start and e.employee_id = h.employee_id
    left join courses as c on m.month_start = c.month_start and e.employee_id = c.employee_id
    left join certified as f on m.month_start = f.month_start and e.employee_id = f.employee_id
    left join talks as t on m.month_start = t.month_start and e.employee_id = t.employee_id
)

-- A joiner owes the hours of the days since joining; the comparison is multiplied out, so that it is exact.
select
    *,
    cast({{ var("training_hours_a_year") }} as double) * employed_days / days_in_year as hours_due,
    year_hours * days_in_year >= {{ var("training_hours_a_year") }} * employed_days as is_on_pace
from staff
