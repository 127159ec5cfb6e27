-- Built whole: a new measure says which of the earlier ones is the latest no more, and the figures are few.
select
    run_id,
    evaluated_date,
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
from {{ ref('int_evaluations') }}
