select
    kpi_id,
    formula_id,
    is_default,
    label_zh,
    label_en,
    unit,
    direction,
    target,
    coalesce(warning, target) as warning,
    minimum_n,
    interval_kind,
    smallest_grain,
    valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_to
from {{ ref('kpi_catalogue') }}
