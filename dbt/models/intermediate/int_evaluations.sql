select
    run_id,
    partition_date as evaluated_date,
    evaluated_at,
    kind,
    dataset,
    dataset_sha256,
    split,
    engine,
    model,
    model_version,
    metric,
    item,
    value,
    ci_low,
    ci_high,
    n,
    target
from {{ ref('stg_evaluations') }}
