{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Half hours of queue entry. An alert is due above raise_above; it stands until a window lies below clear_below, or the
-- day ends. Windows with few calls neither raise nor clear.
with visits as (
    select
        visit_date as window_date,
        half_hour,
        queue_id,
        count(*) as n,
        count(*) filter (where is_abandoned) as n_abandoned
    from {{ ref('fct_queue_visit') }}
    where (is_answered or is_abandoned) and {{ days_between('visit_date', 1, 1) }}
    group by visit_date, half_hour, queue_id
),

scoped as (
    {% for scope, member in [('centre', "'centre'"), ('queue', 'queue_id')] %}
        select
            window_date,
            half_hour,
            '{{ scope }}' as scope,
            {{ member }} as scope_id,
            cast(sum(n) as bigint) as n,
            cast(sum(n_abandoned) as bigint) as n_abandoned
        from visits
        group by window_date, half_hour, {{ member }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

judged as (
    select
        s.*,
        r.raise_within_minutes,
        cast(s.n_abandoned as double) / s.n as value_ratio,
        {{ local_half_hour_start('s.window_date', 's.half_hour') }} as window_start_at,
        s.n >= r.minimum_n and cast(s.n_abandoned as double) / s.n > r.raise_above as is_breach,
        s.n >= r.minimum_n and cast(s.n_abandoned as double) / s.n < r.clear_below as is_calm
    from scoped as s
    inner join {{ ref('ref_alert_rule') }} as r
        on s.scope = r.scope and r.kpi_id = 'abandonment' and r.grain = 'half_hour'
),

followed as (
    select
        *,
        max(case when is_breach then half_hour end) over (
            partition by scope, scope_id, window_date
            order by half_hour nulls last
            rows between unbounded preceding and current row
        ) as last_breach,
        max(case when is_calm then half_hour end) over (
            partition by scope, scope_id, window_date
            order by half_hour nulls last
            rows between unbounded preceding and current row
        ) as last_calm
    from judged
),

alerts as (
    select
        scope_id,
        window_start_at,
        min(raised_at) as raised_at
    from {{ ref('fct_alert') }}
    where
        kpi_id = 'abandonment'
        and window_end_at = window_start_at + interval '30' minute
        and {{ days_between('alert_date', 2, 2) }}
    group by scope_id, window_start_at
)

{%- set limit = "f.window_start_at + (30 + f.raise_within_minutes) * interval '1' minute" %}
select
    f.window_date,
    f.half_hour,
    f.scope,
    f.scope_id,
    f.window_start_at,
    f.n,
    f.n_abandoned,
    f.value_ratio,
    f.is_breach,
    coalesce(f.last_breach > coalesce(f.last_calm, -1), false) as is_alert_standing,
    a.raised_at,
    case
        when not f.is_breach then 'none_due'
        when {{ limit }} > h.loaded_until_at then 'open'
        when a.raised_at <= {{ limit }} then 'alerted'
        when a.raised_at is not null then 'late'
        else 'missing'
    end as state
from followed as f
cross join {{ ref('int_loaded_until') }} as h
left join alerts as a on f.scope_id = a.scope_id and f.window_start_at = a.window_start_at
where {{ replaced_days('f.window_date') }}
order by f.window_date nulls last, f.half_hour nulls last, f.scope nulls last, f.scope_id nulls last
