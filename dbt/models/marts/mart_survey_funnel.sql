{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    call_date,
    question,
    channel,
    wave,
    count(*) as n_invited,
    count(*) filter (where is_answered) as n_answered,
    count(*) filter (where is_valid) as n_valid,
    count(*) filter (where is_counted) as n_counted,
    count(*) filter (where is_counted and is_good) as n_good,
    cast(count(*) filter (where is_answered) as double) / count(*) as response_rate
from {{ ref('fct_survey_answer') }}
where is_segment and {{ replaced_days() }}
group by call_date, question, channel, wave
order by call_date nulls last, question nulls last, channel nulls last, wave nulls last
