{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- A queue has agents of its own; the centre is one pool. Handle time and patience are the month's: a cell has too few calls.
with visits as (
    select
        {{ period_start('month', 'visit_date') }} as month_start,
        {{ iso_weekday('visit_date') }} as weekday,
        visit_date,
        half_hour,
        queue_id,
        is_abandoned,
        queue_wait_seconds,
        answer_within_seconds
    from {{ ref('fct_queue_visit') }}
    where not is_open and {{ days_of_replaced_periods('visit_date') }}
),

scoped as (
    {% for scope, scope_id in [('queue', 'queue_id'), ('centre', "'centre'")] %}
        select
            '{{ scope }}' as scope,
            {{ scope_id }} as scope_id,
            *
        from visits
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

weekdays as (
    select
        month_start,
        weekday,
        count(distinct visit_date) as n_days
    from visits
    group by month_start, weekday
),

pools as (
    select
        month_start,
        scope,
        scope_id,
        min(answer_within_seconds) as answer_within_seconds,
        {{ exact_sum('queue_wait_seconds') }} / nullif(count(*) filter (where is_abandoned), 0) as patience_seconds
    from scoped
    group by month_start, scope, scope_id
),

handled as (
    {% for scope, scope_id in [('queue', 'queue_id'), ('centre', "'centre'")] %}
        select
            {{ period_start('month', 'segment_date') }} as month_start,
            '{{ scope }}' as scope,
            {{ scope_id }} as scope_id,
            {{ exact_sum('handle_seconds') }} / count(*) as aht_seconds
        from {{ ref('fct_agent_segment') }}
        where {{ days_of_replaced_periods('segment_date') }}
        group by {{ period_start('month', 'segment_date') }}, {{ scope_id }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

cells as (
    select
        month_start,
        scope,
        scope_id,
        weekday,
        half_hour,
        count(*) as n_calls
    from scoped
    group by month_start, scope, scope_id, weekday, half_hour
)

select
    c.month_start,
    c.scope,
    c.scope_id,
    c.weekday,
    c.half_hour,
    w.n_days,
    c.n_calls,
    cast(c.n_calls as double) / w.n_days as calls_per_half_hour,
    h.aht_seconds,
    p.patience_seconds,
    cast(c.n_calls as double) / w.n_days * h.aht_seconds / 1800 as load_erlangs,
    p.answer_within_seconds,
    coalesce(t.target, k.target) as target_level
from cells as c
inner join weekdays as w on c.month_start = w.month_start and c.weekday = w.weekday
inner join pools as p on c.month_start = p.month_start and c.scope = p.scope and c.scope_id = p.scope_id
inner join handled as h on c.month_start = h.month_start and c.scope = h.scope and c.scope_id = h.scope_id
left join {{ ref('dim_kpi') }} as k
    on k.kpi_id = 'service_level' and k.formula_id = 'sl_f3' and c.month_start between k.valid_from and k.valid_to
left join {{ ref('dim_kpi_target_queue') }} as t
    on
        t.kpi_id = 'service_level' and t.formula_id = 'sl_f3' and case when c.scope = 'queue' then c.scope_id end = t.queue_id
        and c.month_start between t.valid_from and t.valid_to
where h.aht_seconds > 0 and {{ replaced_days('c.month_start') }}
order by c.month_start nulls last, c.scope nulls last, c.scope_id nulls last, c.weekday nulls last, c.half_hour nulls last
