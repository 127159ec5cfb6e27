{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

{%- set scopes = {'centre': "'centre'", 'queue': 'queue_id', 'agent': 'agent_id'} %}
{%- set handled = {
    'wait_answered': 'wait_seconds', 'ring': 'ring_seconds', 'talk': 'talk_seconds', 'hold': 'hold_seconds',
    'wrap': 'wrap_seconds', 'handle': 'handle_seconds'
} %}
-- Percentiles can not be summed, so every period is read from the calls. Hold: only calls that were put on hold.
with durations as (
    {% for measure, seconds in handled.items() %}
        select
            segment_date as call_date,
            queue_id,
            agent_id,
            '{{ measure }}' as measure,
            {{ seconds }} as seconds
        from {{ ref('fct_agent_segment') }}
        where {{ days_of_replaced_periods('segment_date') }}{% if measure == 'hold' %} and hold_seconds > 0{% endif %}
        union all
    {% endfor %}
    select
        visit_date as call_date,
        queue_id,
        cast(null as {{ type_text() }}) as agent_id,
        'wait_abandoned' as measure,
        wait_seconds as seconds
    from {{ ref('fct_queue_visit') }}
    where is_abandoned and {{ days_of_replaced_periods('visit_date') }}
),

{% for grain in ['day', 'week', 'month'] %}
    {% for scope, member in scopes.items() %}
        {{ grain }}_{{ scope }} as (
            select
                '{{ grain }}' as grain,
                {{ period_start(grain, 'call_date') }} as period_start,
                {{ member }} as scope_id,
                measure,
                count(*) as n,
                {{ exact_sum('seconds') }} / count(*) as mean_seconds,
                {{ quantile_of('seconds', 0.5) }} as p50_seconds,
                {{ quantile_of('seconds', 0.9) }} as p90_seconds,
                {{ quantile_of('seconds', 0.95) }} as p95_seconds,
                max(seconds) as longest_seconds
            from durations
            where {{ member }} is not null
            group by {{ period_start(grain, 'call_date') }}, {{ member }}, measure
        ),
    {% endfor %}
{% endfor %}

measured as (
    {% for grain in ['day', 'week', 'month'] %}
        {% for scope, member in scopes.items() %}
            select
                s.grain,
                s.period_start,
                '{{ scope }}' as scope,
                s.scope_id,
                s.measure,
                max(s.n) as n,
                max(s.mean_seconds) as mean_seconds,
                max(s.p50_seconds) as p50_seconds,
                max(s.p90_seconds) as p90_seconds,
                max(s.p95_seconds) as p95_seconds,
                max(s.longest_seconds) as longest_seconds,
                -- what lies beyond the 95th percentile counts as that percentile
                {{ exact_sum('least(d.seconds, s.p95_seconds)') }} / count(*) as winsorised_mean_seconds
            from {{ grain }}_{{ scope }} as s
            inner join durations as d
                on
                    s.measure = d.measure and s.scope_id = {{ member if scope == 'centre' else 'd.' ~ member }}
                    and s.period_start = {{ period_start(grain, 'd.call_date') }}
            where {{ replaced_days('s.period_start') }}
            group by s.grain, s.period_start, s.scope_id, s.measure
            {% if not loop.last %}union all{% endif %}
        {% endfor %}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from measured
order by grain nulls last, period_start nulls last, scope nulls last, scope_id nulls last, measure nulls last
