select
    project_id,
    phase,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    title_zh,
    title_en,
    owner_id,
    kpi_id,
    formula_id,
    queue_id,
    baseline_value,
    target_value,
    result_value,
    cast(dt as date) as partition_date
from {{ lake('projects') }}
where {{ replaced_days('cast(dt as date)') }}
