-- A mark is reached when the whole interval lies at or above it. The latest run is the last one of the same kind, data set,
-- split, engine and model, whatever the versions.
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
    target,
    dense_rank() over (
        partition by kind, dataset, split, engine, model
        order by evaluated_at desc nulls last, run_id desc nulls last
    ) = 1 as is_latest,
    case
        when target is null then 'NOT_APPLICABLE'
        when value is null then 'NO_DATA'
        when ci_low >= target then 'PASS'
        when value >= target then 'WATCH'
        else 'FAIL'
    end as status
from {{ ref('fct_evaluation') }}
order by evaluated_date nulls last, run_id nulls last, metric nulls last, item nulls last
