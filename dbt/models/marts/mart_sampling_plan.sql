-- The level-2 list of the month that follows: drawn at random inside strata, more where the risk is higher. The weight of a
-- call (stratum size / drawn) brings every stratum back to its size, so that weighted means stay unbiased.
with latest as (
    select
        {{ period_start('month', 'max(segment_date)') }} as call_month,
        max(segment_date) as last_date
    from {{ ref('fct_agent_segment') }}
),

scores as (
    select
        r.agent_id,
        count(*) as n,
        {{ exact_sum('r.score_points') }} / count(*) as mean_points,
        {{ exact_sum('r.score_points * r.score_points') }} / count(*) as mean_square
    from {{ ref('fct_review') }} as r
    inner join latest as l on r.review_date >= l.call_month
    where r.is_sample
    group by r.agent_id
),

calls as (
    select
        s.call_id,
        s.segment_date as call_date,
        l.call_month,
        s.agent_id,
        a.team_id,
        s.queue_id,
        case when {{ half_hour_of('s.queued_at') }} < 24 then 'morning' else 'afternoon' end as half_day,
        coalesce(c.is_risk, false) as is_high_risk,
        coalesce({{ days_from('a.hired_on', 'l.last_date') }} < {{ var('new_agent_days') }}, false) as is_new_agent,
        coalesce(
            p.mean_square - p.mean_points * p.mean_points > {{ var('unstable_points') }} * {{ var('unstable_points') }}, false
        ) as is_unstable
    from {{ ref('fct_agent_segment') }} as s
    inner join latest as l on s.segment_date >= l.call_month
    inner join {{ ref('dim_agent') }} as a on s.agent_id = a.agent_id and a.is_active
    left join {{ ref('fct_level3_case') }} as c on s.call_id = c.call_id
    left join scores as p on s.agent_id = p.agent_id
),

-- A new agent gets half as many again, unstable scores a quarter; a call of high risk counts twice when places are shared out.
strata as (
    select
        *,
        {{ var('level2_quota') }}
        + case when is_new_agent then {{ var('level2_quota') }} / 2.0 else 0 end
        + case when is_unstable then {{ var('level2_quota') }} / 4.0 else 0 end as n_wanted,
        count(*) over (partition by agent_id) as n_calls,
        sum(case when is_high_risk then 2 else 1 end) over (partition by agent_id) as n_places,
        count(*) over (partition by agent_id, queue_id, half_day, is_high_risk) as stratum_size,
        row_number() over (
            partition by agent_id, queue_id, half_day, is_high_risk
            order by {{ pseudo_random("'level2|' || cast(call_month as " ~ type_text() ~ ")", 'call_id') }} nulls last, call_id nulls last
        ) as draw_no
    from calls
),

shared_out as (
    select
        *,
        least(
            stratum_size,
            greatest(
                ceil(n_wanted * stratum_size / n_calls),
                ceil(n_wanted * stratum_size * case when is_high_risk then 2 else 1 end / n_places)
            )
        ) as stratum_drawn
    from strata
)

select
    cast(call_month + interval '1' month as date) as plan_month,
    call_id,
    call_date,
    agent_id,
    team_id,
    queue_id,
    half_day,
    is_high_risk,
    is_new_agent,
    is_unstable,
    draw_no,
    cast(n_wanted as double) as n_wanted,
    stratum_size,
    cast(stratum_drawn as double) as stratum_drawn,
    cast(stratum_size as double) / cast(stratum_drawn as double) as inclusion_weight
from shared_out
where draw_no <= stratum_drawn
order by agent_id nulls last, queue_id nulls last, half_day nulls last, is_high_risk nulls last, draw_no nulls last
