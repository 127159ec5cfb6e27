{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- The smallest number that reaches the target with the occupancy under its cap and nobody alone; then the paid heads.
with levels as (
    select
        d.*,
        l.n_agents,
        l.occupancy_c,
        l.service_level_c,
        l.asa_c_seconds,
        l.service_level_a,
        l.abandonment_a,
        l.mean_wait_a_seconds,
        l.occupancy_a,
        l.n_agents >= {{ var('minimum_agents') }} and l.service_level_c >= d.target_level
        and l.occupancy_c <= {{ var('occupancy_cap') }} as is_enough_c,
        l.n_agents >= {{ var('minimum_agents') }} and l.service_level_a >= d.target_level
        and l.occupancy_a <= {{ var('occupancy_cap') }} as is_enough_a
    from {{ ref('fct_staffing_load') }} as d
    inner join {{ ref('fct_staffing_level') }} as l
        on
            d.month_start = l.month_start and d.scope = l.scope and d.scope_id = l.scope_id and d.weekday = l.weekday
            and d.half_hour = l.half_hour
    where {{ days_of_replaced_periods('d.month_start') }}
),

fewest as (
    select
        *,
        min(case when is_enough_c then n_agents end) over (
            partition by month_start, scope, scope_id, weekday, half_hour
        ) as agents_erlang_c,
        min(case when is_enough_a then n_agents end) over (
            partition by month_start, scope, scope_id, weekday, half_hour
        ) as agents_erlang_a
    from levels
)

select
    month_start,
    scope,
    scope_id,
    weekday,
    half_hour,
    max(n_days) as n_days,
    max(calls_per_half_hour) as calls_per_half_hour,
    max(aht_seconds) as aht_seconds,
    max(patience_seconds) as patience_seconds,
    max(load_erlangs) as load_erlangs,
    max(answer_within_seconds) as answer_within_seconds,
    max(target_level) as target_level,
    max(agents_erlang_c) as agents_erlang_c,
    max(case when n_agents = agents_erlang_c then service_level_c end) as service_level_c,
    max(case when n_agents = agents_erlang_c then asa_c_seconds end) as asa_c_seconds,
    max(case when n_agents = agents_erlang_c then occupancy_c end) as occupancy_c,
    max(agents_erlang_a) as agents_erlang_a,
    max(case when n_agents = agents_erlang_a then service_level_a end) as service_level_a,
    max(case when n_agents = agents_erlang_a then mean_wait_a_seconds end) as mean_wait_a_seconds,
    max(case when n_agents = agents_erlang_a then abandonment_a end) as abandonment_a,
    max(case when n_agents = agents_erlang_a then occupancy_a end) as occupancy_a,
    cast(max(agents_erlang_c) as double) / (1 - {{ var('shrinkage') }}) as paid_heads_c,
    cast(max(agents_erlang_a) as double) / (1 - {{ var('shrinkage') }}) as paid_heads_a
from fewest
where {{ replaced_days() }}
group by month_start, scope, scope_id, weekday, half_hour
order by month_start nulls last, scope nulls last, scope_id nulls last, weekday nulls last, half_hour nulls last
