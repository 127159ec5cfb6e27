{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with excluded as (
    select
        call_date as excluded_date,
        'inbound_kpis' as left_out_of,
        reason
    from {{ ref('fct_excluded_call') }}
    where {{ days_between('call_date', 7, 7) }}
    union all
    select
        contact_date as excluded_date,
        'repeat_calls' as left_out_of,
        repeat_exclusion as reason
    from {{ ref('fct_contact') }}
    where repeat_exclusion is not null and is_handled and {{ days_between('contact_date', 7, 7) }}
    union all
    select
        call_date as excluded_date,
        'survey_scores' as left_out_of,
        case when not is_segment then 'unhandled_call' when not is_valid then 'wrong_key' else 'earlier_answer' end as reason
    from {{ ref('fct_survey_answer') }}
    where is_answered and not is_counted and {{ days_between('call_date', 7, 7) }}
)

select
    excluded_date,
    left_out_of,
    reason,
    count(*) as n_excluded
from excluded
where {{ replaced_days() }}
group by excluded_date, left_out_of, reason
order by excluded_date nulls last, left_out_of nulls last, reason nulls last
