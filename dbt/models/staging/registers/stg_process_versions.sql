select
    process_id,
    process_version,
    effective_from_date,
    name_zh,
    name_en,
    what_changed,
    approved_by_id,
    kpi_id,
    formula_id,
    queue_id,
    cast(dt as date) as partition_date
from {{ lake('process_versions') }}
where {{ replaced_days('cast(dt as date)') }}
