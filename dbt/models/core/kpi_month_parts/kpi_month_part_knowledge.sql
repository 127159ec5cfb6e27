-- An article counts once a month, however often it was changed; one that was added and retired in the month counts once.
-- A young knowledge base can add more than it had: the rate ends at 1, so that it stays a ratio.
with steps as (
    select
        m.month_start,
        m.last_loaded_date,
        v.*,
        row_number() over (partition by m.month_start, v.article_id order by v.step_no desc nulls last) as place
    from {{ ref('int_loaded_months') }} as m
    inner join {{ ref('fct_kb_version') }} as v on m.last_loaded_date >= v.event_date
),

articles as (
    select
        month_start,
        article_id,
        min(event_date) as created_date,
        min(case when event = 'retired' then event_date end) as retired_date,
        count(*) filter (where is_substantive and event_date >= month_start) > 0 as is_updated,
        count(*) filter (where event <> 'reviewed' and event_date >= month_start) > 0 as is_edited,
        {{ elapsed_seconds(
            'cast(max(case when is_review then event_date end) as ' ~ type_ts() ~ ')',
            'cast(max(last_loaded_date) as ' ~ type_ts() ~ ')'
        ) }} / 86400 as days_since_review,
        max(case when place = 1 then review_period_days end) as review_period_days
    from steps
    group by month_start, article_id
),

counted as (
    select
        month_start as kpi_month,
        cast(null as {{ type_text() }}) as queue_id,
        cast(null as {{ type_text() }}) as agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) filter (where created_date < month_start and (retired_date is null or retired_date >= month_start)) as at_start,
        count(*) filter (where is_updated) as updated,
        count(*) filter (where is_edited) as edited,
        count(*) filter (where retired_date is null) as at_end,
        count(*) filter (where retired_date is null and days_since_review <= review_period_days) as in_time
    from articles
    group by month_start
)

select kpi_month, queue_id, agent_id, channel, {{ kpi_part('kb_update_rate', 'substantive', 'least(updated, at_start)', 'at_start') }}
from counted
union all
select kpi_month, queue_id, agent_id, channel, {{ kpi_part('kb_update_rate', 'any_edit', 'least(edited, at_start)', 'at_start') }}
from counted
union all
select kpi_month, queue_id, agent_id, channel, {{ kpi_part('kb_freshness', 'within_review_period', 'in_time', 'at_end') }}
from counted
