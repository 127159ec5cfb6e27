select
    run_id,
    cast(evaluated_at as {{ type_ts() }}) as evaluated_at,
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
    cast(dt as date) as partition_date
from {{ lake('evaluations') }}
where {{ replaced_days('cast(dt as date)') }}
