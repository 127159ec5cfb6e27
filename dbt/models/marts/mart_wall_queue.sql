-- Half hours of the newest two days in which anybody called, each with every queue: one may still have people waiting
-- whom nobody followed. The last half hour ends with the data.
with visits as (
    select
        v.*,
        m.as_of_at,
        -- who was cut off by the end of the data is still waiting then
        case when not v.is_open then coalesce(v.answered_at, v.ended_at) end as left_at
    from {{ ref('fct_queue_visit') }} as v
    cross join {{ ref('dim_newest_moment') }} as m
    where v.visit_date >= {{ add_days('m.newest_date', -1) }}
),

half_hours as (
    select
        visit_date,
        half_hour,
        max(as_of_at) as as_of_at
    from visits
    group by visit_date, half_hour
),

slots as (
    select
        h.visit_date,
        h.half_hour,
        q.queue_id,
        h.as_of_at,
        least({{ local_half_hour_start('h.visit_date', 'h.half_hour') }} + interval '30' minute, h.as_of_at) as ends_at
    from half_hours as h
    cross join {{ ref('dim_queue') }} as q
),

entered as (
    select
        visit_date,
        half_hour,
        queue_id,
        count(*) as n_offered,
        count(*) filter (where is_answered) as n_answered,
        count(*) filter (where is_answered_within) as n_answered_within,
        count(*) filter (where is_abandoned) as n_abandoned,
        max(wait_seconds) as longest_wait_seconds
    from visits
    group by visit_date, half_hour, queue_id
),

waiting as (
    select
        s.visit_date,
        s.half_hour,
        s.queue_id,
        count(*) as n_waiting,
        max({{ elapsed_seconds('v.queued_at', 's.ends_at') }}) as longest_waiting_seconds
    from slots as s
    inner join visits as v
        on s.queue_id = v.queue_id and s.ends_at >= v.queued_at and (v.left_at is null or s.ends_at < v.left_at)
    group by s.visit_date, s.half_hour, s.queue_id
)

select
    s.visit_date as slot_date,
    s.half_hour,
    s.queue_id,
    s.ends_at,
    s.as_of_at,
    coalesce(e.n_offered, 0) as n_offered,
    coalesce(e.n_answered, 0) as n_answered,
    coalesce(e.n_answered_within, 0) as n_answered_within,
    coalesce(e.n_abandoned, 0) as n_abandoned,
    e.longest_wait_seconds,
    coalesce(w.n_waiting, 0) as n_waiting_at_end,
    w.longest_waiting_seconds,
    coalesce(t.target, k.target) as service_level_target,
    coalesce(t.warning, k.warning) as service_level_warning,
    k.minimum_n
from slots as s
left join {{ ref('dim_kpi') }} as k
    on k.kpi_id = 'service_level' and k.is_default and s.visit_date between k.valid_from and k.valid_to
left join {{ ref('dim_kpi_target_queue') }} as t
    on
        k.kpi_id = t.kpi_id and k.formula_id = t.formula_id and s.queue_id = t.queue_id
        and s.visit_date between t.valid_from and t.valid_to
left join entered as e on s.visit_date = e.visit_date and s.half_hour = e.half_hour and s.queue_id = e.queue_id
left join waiting as w on s.visit_date = w.visit_date and s.half_hour = w.half_hour and s.queue_id = w.queue_id
order by s.visit_date nulls last, s.half_hour nulls last, s.queue_id nulls last
