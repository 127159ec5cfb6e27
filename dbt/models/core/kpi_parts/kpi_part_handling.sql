{%- set means = [
    ('aht', 'aht_with_ring', 'handle_seconds + ring_seconds'),
    ('asa', 'asa_no_ring', 'wait_seconds - ring_seconds'),
    ('talk_time', 'talk_time', 'talk_seconds'),
    ('hold_time', 'hold_time', 'hold_seconds'),
    ('wrap_time', 'wrap_time', 'wrap_seconds'),
    ('ring_time', 'ring_time', 'ring_seconds'),
] %}
{%- set shares = [
    ('pickup_3_rings', 'ring_15s', "ring_seconds <= 3 * " ~ var('ring_cycle_seconds'), '1 = 1'),
    ('ghost_calls', 'ghost_calls', "leg_seconds < " ~ var('ghost_call_seconds'), '1 = 1'),
    ('wrap_forgotten', 'wrap_forgotten', "wrap_reported_seconds > " ~ var('wrap_cap_seconds'), '1 = 1'),
    ('hold_abandonment', 'hold_abandonment', 'is_ended_on_hold', 'hold_seconds > 0'),
    ('hung_up_by_agent', 'hung_up_by_agent', "ended_by = 'agent'", 'transfer_kind is null and ended_by is not null'),
    ('transfer_rate', 'transfer_cold', "transfer_kind = 'cold'", '1 = 1'),
    ('transfer_rate', 'transfer_warm', "transfer_kind = 'warm'", '1 = 1'),
    ('transfer_rate', 'transfer_external', "transfer_kind = 'external'", '1 = 1'),
    ('transfer_rate', 'transfer_to_ivr', "transfer_kind = 'ivr'", '1 = 1'),
    ('misroute', 'misroute', "transfer_kind is not null and leg_seconds <= " ~ var('misroute_within_seconds'), '1 = 1'),
    ('transfer_recorded', 'transfer_recorded', "trim(transfer_reason) <> ''", 'transfer_kind is not null'),
] %}
-- Who passed a call on and when is always in the leg itself; what can be missing is why.
with segments as (
    select
        *,
        {{ elapsed_seconds('answered_at', 'ended_at') }} as leg_seconds
    from {{ ref('fct_agent_segment') }}
),

days as (
    select
        segment_date as kpi_date,
        queue_id,
        agent_id,
        cast(null as {{ type_text() }}) as channel,
        {% for kpi, formula, seconds in means %}
            {{ exact_sum(seconds) }} as {{ formula }}_sum,
            {{ exact_sum('(' ~ seconds ~ ') * (' ~ seconds ~ ')') }} as {{ formula }}_squares,
        {% endfor %}
        {% for kpi, formula, counted, base in shares %}
            count(*) filter (where {{ base }}) as {{ formula }}_base,
            count(*) filter (where {{ counted }} and {{ base }}) as {{ formula }}_n,
        {% endfor %}
        count(*) as segments
    from segments
    group by segment_date, queue_id, agent_id
)

{% for kpi, formula, seconds in means %}
    select
        kpi_date,
        queue_id,
        agent_id,
        channel,
        {{ kpi_part(kpi, formula, formula ~ '_sum', 'segments', sum_of_squares=formula ~ '_squares') }}
    from days
    union all
{% endfor %}
{% for kpi, formula, counted, base in shares %}
    select kpi_date, queue_id, agent_id, channel, {{ kpi_part(kpi, formula, formula ~ '_n', formula ~ '_base') }} from days
    {% if not loop.last %}union all{% endif %}
{% endfor %}
