with followed as (
    select
        *,
        lead(step_date) over (partition by issue_id order by happened_at nulls last, issue_step_id nulls last) as next_date,
        row_number() over (partition by issue_id order by happened_at desc nulls last, issue_step_id desc nulls last) as step_no
    from {{ ref('fct_issue_step') }}
),

issues as (
    select
        issue_id,
        min(step_date) as found_date,
        max(case when step_no = 1 then step end) as stage,
        max(case when step_no = 1 then step_date end) as stage_date,
        max(case when step_no = 1 then by_id end) as stage_by_id,
        max(case when step_no = 1 then owner_id end) as owner_id,
        max(case when step_no = 1 then due_date end) as due_date,
        max(case when step_no = 1 then issue_kind end) as issue_kind,
        max(case when step_no = 1 then found_by end) as found_by,
        max(case when step_no = 1 then topic end) as topic,
        max(case when step_no = 1 then queue_id end) as queue_id,
        max(case when step_no = 1 and is_closing then step_date end) as closed_date,
        count(*) filter (where step = 'reopened') as n_reopened,
        -- Closed at the end of the due day: verified by then, and not reopened by then.
        count(*) filter (
            where is_closing and step_date <= due_date and (next_date is null or next_date > due_date)
        ) > 0 as is_closed_when_due
    from followed
    group by issue_id
)

select
    i.issue_id,
    i.found_date,
    i.issue_kind,
    i.found_by,
    i.topic,
    i.queue_id,
    i.owner_id,
    i.due_date,
    i.stage,
    i.stage_date,
    i.stage_by_id,
    i.closed_date,
    i.closed_date is not null as is_closed,
    i.is_closed_when_due,
    i.n_reopened,
    h.last_loaded_date as known_until_date
from issues as i
cross join {{ ref('int_loaded_until') }} as h
