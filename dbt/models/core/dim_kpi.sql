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
    -- Seconds over seconds are no trials, so occupancy has no Wilson interval.
    case
        when unit = 'ratio' and kpi_id <> 'occupancy' then 'wilson'
        when unit in ('seconds', 'points') then 'normal'
        else 'none'
    end as interval_kind,
    valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_to
from {{ ref('kpi_catalogue') }}
