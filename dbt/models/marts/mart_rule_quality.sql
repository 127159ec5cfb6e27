-- Decisions of a rule by the month of the call; appeals by the month of filing, decisions on them by that of the decision.
{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with decisions as (
    select
        {{ period_start('month', 'call_date') }} as month_start,
        rule_id,
        rule_version,
        recording_id,
        max(case when outcome = 'hit' then 1 else 0 end) as is_hit,
        count(*) filter (where outcome = 'hit') as hits
    from {{ ref('fct_inspection') }}
    where
        is_segment
        and outcome in ('hit', 'miss')
        and {{ days_of_replaced_periods('call_date') }}
        and {{ replaced_days(period_start('month', 'call_date')) }}
    group by {{ period_start('month', 'call_date') }}, rule_id, rule_version, recording_id
),

counted as (
    select
        month_start,
        rule_id,
        rule_version,
        count(*) as recordings,
        sum(is_hit) as found,
        sum(hits) as hits,
        0 as appeals,
        0 as decided,
        0 as overturned
    from decisions
    group by month_start, rule_id, rule_version
    {% for n, day in [('appeals', 'filed_date'), ('decided', 'decided_date')] %}
        union all
        select
            {{ period_start('month', day) }} as month_start,
            rule_id,
            rule_version,
            0 as recordings,
            0 as found,
            0 as hits,
            {{ 'count(*)' if n == 'appeals' else '0' }} as appeals,
            {{ 'count(*)' if n == 'decided' else '0' }} as decided,
            {{ "count(*) filter (where outcome = 'upheld')" if n == 'decided' else '0' }} as overturned
        from {{ ref('fct_rule_appeal') }}
        where {{ day }} is not null and {{ replaced_days(period_start('month', day)) }}
        group by {{ period_start('month', day) }}, rule_id, rule_version
    {% endfor %}
),

summed as (
    select
        month_start,
        rule_id,
        rule_version,
        cast(sum(recordings) as bigint) as n_decisions,
        cast(sum(found) as bigint) as n_found,
        cast(sum(hits) as bigint) as n_hits,
        cast(sum(appeals) as bigint) as n_appeals,
        cast(sum(decided) as bigint) as n_decided,
        cast(sum(overturned) as bigint) as n_overturned
    from counted
    group by month_start, rule_id, rule_version
),

rated as (
    select
        *,
        case when n_decided > 0 then cast(n_overturned as double) / n_decided end as overturn_ratio
    from summed
)

select
    *,
    case when n_decided > 0 then {{ wilson_low('overturn_ratio', 'n_decided') }} end as overturn_low,
    case when n_decided > 0 then {{ wilson_high('overturn_ratio', 'n_decided') }} end as overturn_high
from rated
order by month_start nulls last, rule_id nulls last, rule_version nulls last
