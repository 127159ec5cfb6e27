select
    a.month_start,
    a.agent_id,
    h.team_id,
    a.scheme_version,
    a.quality_weight,
    a.is_quality_led,
    a.n_items,
    a.measured_weight,
    a.score,
    a.quality_score,
    a.n_misses_in_a_row,
    rank() over (partition by a.month_start order by a.score desc nulls last) as place
from {{ ref('fct_appraisal_month') }} as a
inner join {{ ref('dim_month') }} as m on a.month_start = m.month_start
left join {{ ref('dim_agent_history') }} as h
    on a.agent_id = h.agent_id and m.last_loaded_date between h.valid_from and h.valid_to
