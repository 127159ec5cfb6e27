{%- set formulas = {'started': 'started_15m', 'assessed': 'assessed_1h', 'planned': 'planned_2h', 'notified': 'notified_4h'} %}
{%- set steps = ['started', 'assessed', 'planned', 'notified'] -%}
-- A step counts on the local day of its limit, all four together on that of the last one, so that what is late and still
-- open is a miss. A limit that lies after the last loaded day counts nothing yet.
with due as (
    {% for step in steps %}
        select
            {{ local_date('i.' ~ step ~ '_due_at') }} as kpi_date,
            '{{ formulas[step] }}' as formula_id,
            i.is_{{ step }}_in_time as is_in_time
        from {{ ref('fct_incident') }} as i
        cross join {{ ref('int_loaded_until') }} as u
        where i.{{ step }}_due_at < u.loaded_until_at
        union all
    {% endfor %}
    select
        {{ local_date('i.notified_due_at') }} as kpi_date,
        'all' as formula_id,
        i.is_started_in_time and i.is_assessed_in_time and i.is_planned_in_time and i.is_notified_in_time as is_in_time
    from {{ ref('fct_incident') }} as i
    cross join {{ ref('int_loaded_until') }} as u
    where i.notified_due_at < u.loaded_until_at
),

days as (
    select
        kpi_date,
        formula_id as formula,
        count(*) as due,
        count(*) filter (where is_in_time) as in_time
    from due
    group by kpi_date, formula_id
),

handled as (
    select
        handled_date as kpi_date,
        count(*) as handled,
        {{ exact_sum('resolve_seconds') }} as resolve_seconds,
        {{ exact_sum('resolve_seconds * resolve_seconds') }} as squares
    from {{ ref('fct_incident') }}
    where handled_date is not null
    group by handled_date
),

parts as (
    {% for formula in ['all', 'started_15m', 'assessed_1h', 'planned_2h', 'notified_4h'] %}
        select kpi_date, {{ kpi_part('incident_sla', formula, 'in_time', 'due') }}
        from days
        where formula = '{{ formula }}'
        union all
    {% endfor %}
    select kpi_date, {{ kpi_part('incident_mttr', 'incident_mttr', 'resolve_seconds', 'handled', sum_of_squares='squares') }} from handled
)

select
    kpi_date,
    cast(null as {{ type_text() }}) as queue_id,
    cast(null as {{ type_text() }}) as agent_id,
    cast(null as {{ type_text() }}) as channel,
    kpi_id,
    formula_id,
    numerator,
    denominator,
    n,
    n_open,
    sum_of_squares
from parts
