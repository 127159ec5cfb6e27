{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- The default formulas of the KPIs, counted by tier: that of the last list by the end of the month. Withheld numbers and
-- customers who were on no list then are unlisted.
with events as (
    select
        {{ period_start('month', 'visit_date') }} as month_start,
        customer_key,
        'visit' as kind,
        is_answered as is_yes,
        is_answered_within as is_within,
        is_answered or is_abandoned as is_in_level_base
    from {{ ref('fct_queue_visit') }}
    where (is_answered or is_abandoned or is_lost_flowout) and {{ days_of_replaced_periods('visit_date') }}
    union all
    select
        {{ period_start('month', 'contact_date') }} as month_start,
        customer_key,
        case when channel = 'voice' then 'call' else 'digital' end as kind,
        is_resolved_in_process as is_yes,
        is_handled as is_within,
        false as is_in_level_base
    from {{ ref('fct_channel_contact') }}
    where {{ days_of_replaced_periods('contact_date') }}
    union all
    select
        {{ period_start('month', 'a.call_date') }} as month_start,
        s.customer_key,
        'csat' as kind,
        a.is_good as is_yes,
        false as is_within,
        false as is_in_level_base
    from {{ ref('fct_survey_answer') }} as a
    inner join {{ ref('fct_agent_segment') }} as s on a.call_id = s.call_id and a.call_date = s.segment_date
    where
        a.is_counted and a.question = 'csat' and {{ days_of_replaced_periods('a.call_date') }}
        and {{ days_of_replaced_periods('s.segment_date') }}
    union all
    select
        {{ period_start('month', 'received_date') }} as month_start,
        customer_key,
        'complaint' as kind,
        true as is_yes,
        false as is_within,
        false as is_in_level_base
    from {{ ref('fct_complaint') }}
    where not is_duplicate and {{ days_of_replaced_periods('received_date') }}
),

counted as (
    select
        e.month_start,
        coalesce(d.tier, 'unlisted') as tier,
        count(*) filter (where e.kind in ('call', 'digital')) as n_contacts,
        count(*) filter (where e.kind in ('call', 'digital') and e.is_within) as n_handled,
        count(*) filter (where e.kind = 'visit') as n_offered,
        count(*) filter (where e.kind = 'visit' and e.is_yes) as n_answered,
        count(*) filter (where e.kind = 'visit' and e.is_within) as n_within,
        count(*) filter (where e.kind = 'visit' and e.is_in_level_base) as n_level_base,
        count(*) filter (where e.kind = 'call' and e.is_within) as n_calls_handled,
        count(*) filter (where e.kind = 'call' and e.is_within and e.is_yes) as n_resolved,
        count(*) filter (where e.kind = 'csat') as n_csat,
        count(*) filter (where e.kind = 'csat' and e.is_yes) as n_satisfied,
        count(*) filter (where e.kind = 'complaint') as n_complaints
    from events as e
    left join {{ ref('dim_customer_history') }} as d
        on e.customer_key = d.customer_key and {{ month_end_after('e.month_start', 0) }} between d.valid_from and d.valid_to
    where {{ replaced_days('e.month_start') }}
    group by e.month_start, coalesce(d.tier, 'unlisted')
)

select
    month_start,
    tier,
    n_contacts,
    n_offered,
    n_answered,
    n_csat,
    n_complaints,
    cast(n_answered as double) / nullif(n_offered, 0) as answer_rate,
    cast(n_within as double) / nullif(n_level_base, 0) as service_level,
    cast(n_resolved as double) / nullif(n_calls_handled, 0) as first_contact_resolution,
    cast(n_satisfied as double) / nullif(n_csat, 0) as csat,
    1000 * cast(n_complaints as double) / nullif(n_handled, 0) as complaints_per_1000
from counted
order by month_start nulls last, tier nulls last
