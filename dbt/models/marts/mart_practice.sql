-- A use counts while the practice stands: from its approval until it is retired.
with lives as (
    select
        practice_id,
        max(topic) as topic,
        max(call_id) as call_id,
        max(case when event = 'proposed' then by_id end) as proposed_by_id,
        min(case when event = 'proposed' then event_date end) as proposed_date,
        max(case when event in ('approved', 'declined') then by_id end) as decided_by_id,
        min(case when event = 'approved' then happened_at end) as approved_at,
        min(case when event = 'approved' then event_date end) as approved_date,
        max(case when event = 'declined' then 1 else 0 end) = 1 as is_declined,
        min(case when event = 'retired' then happened_at end) as retired_at
    from {{ ref('fct_practice_event') }}
    group by practice_id
),

uses as (
    select
        l.practice_id,
        count(*) as n_uses,
        count(distinct e.by_id) as n_users,
        max(e.event_date) as last_used_date
    from lives as l
    inner join {{ ref('fct_practice_event') }} as e on l.practice_id = e.practice_id
    where e.event = 'used' and e.happened_at >= l.approved_at and (l.retired_at is null or e.happened_at <= l.retired_at)
    group by l.practice_id
)

select
    l.practice_id,
    l.topic,
    l.call_id,
    l.proposed_by_id,
    l.proposed_date,
    l.decided_by_id,
    l.approved_date,
    case
        when l.retired_at is not null then 'retired'
        when l.approved_at is not null then 'approved'
        when l.is_declined then 'declined'
        else 'proposed'
    end as state,
    coalesce(u.n_uses, 0) as n_uses,
    coalesce(u.n_users, 0) as n_users,
    u.last_used_date
from lives as l
left join uses as u on l.practice_id = u.practice_id
