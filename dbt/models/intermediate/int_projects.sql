with newest_first as (
    select
        *,
        row_number() over (partition by project_id order by happened_at desc nulls last) as phase_no
    from {{ ref('stg_projects') }}
),

phases as (
    select
        project_id,
        {% for phase in ['define', 'measure', 'analyse', 'improve', 'control', 'closed'] %}
            min(case when phase = '{{ phase }}' then partition_date end) as {{ phase }}_date,
        {% endfor %}
        min(partition_date) as began_date
    from {{ ref('stg_projects') }}
    group by project_id
)

select
    n.project_id,
    n.title_zh,
    n.title_en,
    n.owner_id,
    n.kpi_id,
    n.formula_id,
    n.queue_id,
    n.phase,
    n.happened_at as phase_began_at,
    p.define_date,
    p.measure_date,
    p.analyse_date,
    p.improve_date,
    p.control_date,
    p.closed_date,
    p.began_date,
    n.baseline_value,
    n.target_value,
    n.result_value
from newest_first as n
inner join phases as p on n.project_id = p.project_id
where n.phase_no = 1
