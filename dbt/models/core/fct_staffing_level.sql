{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- What n agents give for a load of A Erlangs. Erlang's recursion for B is written as a sum: with the Poisson
-- probabilities p(k) of mean A, S(n) = (p(0) + … + p(n - 1)) / p(n), and C(n) = 1 / (1 + (1 - A / n) S(n)).
with loads as (
    select
        *,
        ln(load_erlangs) as ln_load,
        1.25 * load_erlangs + 4 * sqrt(load_erlangs) + 5 as most_agents
    from {{ ref('fct_staffing_load') }}
    where load_erlangs > 0 and {{ days_of_replaced_periods('month_start') }}
),

poisson as (
    select
        l.*,
        k.k as n_agents,
        exp(k.k * l.ln_load - l.load_erlangs - k.ln_factorial) as p,
        sum(exp(k.k * l.ln_load - l.load_erlangs - k.ln_factorial)) over (
            partition by l.month_start, l.scope, l.scope_id, l.weekday, l.half_hour
            order by k.k nulls last
            rows between unbounded preceding and 1 preceding
        ) as p_below
    from loads as l
    inner join {{ ref('ref_number') }} as k on l.most_agents >= k.k
),

-- Erlang A: customers give up at the rate theta. In units of the mean handle time, c = A / theta, and the states above n
-- sum to an integral over the wait, read at the nodes of ref_quadrature on 60 times its own time scale.
candidates as (
    select
        *,
        p_below / p as s,
        aht_seconds / patience_seconds as theta,
        answer_within_seconds / aht_seconds as t,
        60 / (greatest(n_agents - load_erlangs, 0) + sqrt(load_erlangs * aht_seconds / patience_seconds)) as reach
    from poisson
    where n_agents >= 1 and n_agents >= 0.9 * load_erlangs
),

integrals as (
    select
        c.month_start,
        c.scope,
        c.scope_id,
        c.weekday,
        c.half_hour,
        c.n_agents,
        sum(q.weight * c.n_agents * c.reach * exp(
            -c.n_agents * c.reach * q.node + c.load_erlangs / c.theta * (1 - exp(-c.theta * c.reach * q.node))
        )) as e,
        sum(q.weight * c.n_agents * c.t * exp(
            -(c.n_agents + c.theta) * c.t * q.node + c.load_erlangs / c.theta * (1 - exp(-c.theta * c.t * q.node))
        )) as served_in_time
    from candidates as c
    cross join {{ ref('ref_quadrature') }} as q
    where c.theta > 0
    group by c.month_start, c.scope, c.scope_id, c.weekday, c.half_hour, c.n_agents
),

levels as (
    select
        c.*,
        case when c.n_agents > c.load_erlangs then 1 / (1 + (1 - c.load_erlangs / c.n_agents) * c.s) end as wait_c,
        i.e / (c.s + i.e) as wait_a,
        1 / (c.s + i.e) as full_a,
        i.served_in_time
    from candidates as c
    left join integrals as i
        on
            c.month_start = i.month_start and c.scope = i.scope and c.scope_id = i.scope_id and c.weekday = i.weekday
            and c.half_hour = i.half_hour and c.n_agents = i.n_agents
),

lost as (
    select
        *,
        wait_a * (1 - n_agents / load_erlangs) + full_a * n_agents / load_erlangs as gives_up_a
    from levels
)

select
    month_start,
    scope,
    scope_id,
    weekday,
    half_hour,
    n_agents,
    {{ digits('load_erlangs / n_agents') }} as occupancy_c,
    {{ digits('wait_c') }} as wait_probability_c,
    {{ digits('1 - wait_c * exp(-(n_agents - load_erlangs) * t)') }} as service_level_c,
    {{ digits('wait_c * aht_seconds / (n_agents - load_erlangs)') }} as asa_c_seconds,
    {{ digits('wait_a') }} as wait_probability_a,
    {{ digits('1 - wait_a + full_a * served_in_time') }} as service_level_a,
    {{ digits('gives_up_a') }} as abandonment_a,
    {{ digits('gives_up_a * patience_seconds') }} as mean_wait_a_seconds,
    {{ digits('load_erlangs / n_agents * (1 - gives_up_a)') }} as occupancy_a
from lost
where {{ replaced_days() }}
order by month_start nulls last, scope nulls last, scope_id nulls last, weekday nulls last, half_hour nulls last, n_agents nulls last
