-- The year as it stands on its last loaded day.
with ranked as (
    select
        *,
        {{ period_start('year', 'month_start') }} as year_start,
        row_number() over (
            partition by employee_id, {{ period_start('year', 'month_start') }}
            order by month_start desc nulls last
        ) as place
    from {{ ref('fct_employee_month') }}
)

select
    employee_id,
    year_start,
    as_of_date,
    role,
    team_id,
    hired_date,
    employed_days,
    year_hours,
    hours_due,
    is_on_pace,
    is_compliance_passed,
    is_key_post,
    certified_to_date,
    {{ days_from('as_of_date', 'certified_to_date') }} as certificate_days_left
from ranked
where place = 1
