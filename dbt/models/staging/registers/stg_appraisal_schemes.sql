select
    scheme_item_id,
    role,
    scheme_version,
    kpi_id,
    formula_id,
    weight,
    is_quality,
    valid_from,
    cast(dt as date) as partition_date
from {{ lake('appraisal_schemes') }}
where {{ replaced_days('cast(dt as date)') }}
