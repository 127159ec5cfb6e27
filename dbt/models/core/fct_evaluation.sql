-- Every figure of every evaluation, built whole: they are few. Which is the latest is told by mart_evaluation.
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
