select
    kpi_id,
    formula_id,
    queue_id,
    target,
    coalesce(warning, target) as warning,
    valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_to
from {{ ref('kpi_target_queue') }}
