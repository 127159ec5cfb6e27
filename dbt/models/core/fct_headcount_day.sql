with employed as (
    select
        d.loaded_date,
        h.role,
        count(*) as headcount,
        {{ exact_sum('h.fte') }} as fte
    from {{ ref('int_loaded_days') }} as d
    inner join {{ ref('dim_employee_history') }} as h
        on d.loaded_date between h.valid_from and h.valid_to and h.status <> 'left'
    group by d.loaded_date, h.role
),

moved as (
    select
        happened_date,
        role,
        count(*) filter (where event = 'hired') as joiners,
        count(*) filter (where event = 'left') as leavers,
        count(*) filter (where event = 'left' and is_voluntary) as voluntary_leavers
    from {{ ref('fct_hr_event') }}
    where event in ('hired', 'left')
    group by happened_date, role
)

select
    e.loaded_date as headcount_date,
    e.role,
    e.headcount,
    e.fte,
    coalesce(m.joiners, 0) as joiners,
    coalesce(m.leavers, 0) as leavers,
    coalesce(m.voluntary_leavers, 0) as voluntary_leavers
from employed as e
left join moved as m on e.loaded_date = m.happened_date and e.role = m.role
