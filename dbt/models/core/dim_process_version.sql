select
    process_id,
    process_version,
    name_zh,
    name_en,
    what_changed,
    approved_by_id,
    kpi_id,
    formula_id,
    queue_id,
    valid_from,
    valid_to
from {{ ref('int_process_versions') }}
