-- What holds a life together (hired, probation passed, moved, left) follows the declared transitions; the rest may come any time.
with chained as (
    select
        *,
        coalesce(lag(event) over (
            partition by employee_id, is_life_event
            order by happened_at nulls last, hr_event_id nulls last
        ), 'none') as event_before
    from {{ ref('int_hr_events') }}
)

select
    c.hr_event_id,
    c.employee_id,
    c.role,
    c.event,
    c.happened_at,
    c.happened_date,
    c.team_id,
    c.grade,
    c.fte,
    c.is_key_post,
    c.is_voluntary,
    c.mentor_id,
    not c.is_life_event or t.event is not null as is_legal
from chained as c
left join {{ ref('ref_hr_transition') }} as t on c.event_before = t.event_before and c.event = t.event
