select
    scheme_item_id,
    role,
    scheme_version,
    kpi_id,
    formula_id,
    weight,
    is_quality,
    valid_from
from {{ ref('stg_appraisal_schemes') }}
