{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with reasons as (
    select
        call_id,
        1 as is_risk,
        0 as is_low_score
    from {{ ref('fct_inspection') }}
    where is_segment and outcome = 'hit' and rule_kind in ('risk', 'forbidden') and {{ days_between('call_date', 7, 7) }}
    union all
    select
        call_id,
        0 as is_risk,
        1 as is_low_score
    from {{ ref('fct_review') }}
    where
        is_sample
        and is_low_score
        and review_date <= call_date + interval '{{ var("level3_days") }}' day
        and {{ days_between('call_date', 7, 7) }}
),

cases as (
    select
        call_id,
        max(is_risk) = 1 as is_risk,
        max(is_low_score) = 1 as is_low_score
    from reasons
    group by call_id
),

reviewed as (
    select
        call_id,
        min(review_date) as review_date
    from {{ ref('fct_review') }}
    where review_level = 3 and review_kind = 'first' and {{ days_between('call_date', 7, 7) }}
    group by call_id
),

due as (
    select
        c.*,
        s.segment_date as call_date,
        s.queue_id,
        s.agent_id,
        cast(s.segment_date + interval '{{ var("level3_days") }}' day as date) as due_date,
        r.review_date
    from cases as c
    inner join {{ ref('fct_agent_segment') }} as s on c.call_id = s.call_id
    left join reviewed as r on c.call_id = r.call_id
    where {{ days_between('s.segment_date', 7, 7) }}
)

select
    d.call_id,
    d.call_date,
    d.queue_id,
    d.agent_id,
    d.is_risk,
    d.is_low_score,
    d.due_date,
    -- A review after the due day would be known in a full build only: late is late.
    case when d.review_date <= d.due_date then d.review_date end as review_date,
    case
        when h.last_loaded_date < d.due_date then 'open'
        when d.review_date <= d.due_date then 'reviewed'
        else 'missed'
    end as outcome
from due as d
cross join {{ ref('int_loaded_until') }} as h
where {{ replaced_days('d.call_date') }}
order by d.call_date nulls last, d.call_id nulls last
