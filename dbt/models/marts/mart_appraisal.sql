-- The team is that of the last loaded day of the month or quarter.
with ends as (
    {% for grain in ['month', 'quarter'] %}
        select
            '{{ grain }}' as grain,
            {{ period_start(grain, 'month_start') }} as month_start,
            max(last_loaded_date) as last_loaded_date,
            {{ period_start(grain, "max(last_loaded_date) + interval '1' day") }}
            > {{ period_start(grain, 'month_start') }} as is_over
        from {{ ref('dim_month') }}
        group by {{ period_start(grain, 'month_start') }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    a.grain,
    a.month_start,
    a.role,
    a.employee_id,
    case when a.role = 'agent' then a.employee_id end as agent_id,
    case when a.role = 'agent' then h.team_id else e.team_id end as team_id,
    a.scheme_version,
    a.quality_weight,
    a.is_quality_led,
    a.n_items,
    a.measured_weight,
    a.score,
    a.quality_score,
    a.n_misses_in_a_row,
    p.is_over,
    rank() over (partition by a.grain, a.month_start, a.role order by a.score desc nulls last) as place
from {{ ref('fct_appraisal') }} as a
inner join ends as p on a.grain = p.grain and a.month_start = p.month_start
left join {{ ref('dim_agent_history') }} as h
    on
        case when a.role = 'agent' then a.employee_id end = h.agent_id
        and p.last_loaded_date between h.valid_from and h.valid_to
left join {{ ref('dim_employee_history') }} as e
    on
        case when a.role <> 'agent' then a.employee_id end = e.employee_id
        and p.last_loaded_date between e.valid_from and e.valid_to
