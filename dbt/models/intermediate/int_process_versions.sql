with followed as (
    select
        *,
        lead(effective_from_date) over (
            partition by process_id
            order by effective_from_date nulls last, process_version nulls last
        ) as next_from_date
    from {{ ref('stg_process_versions') }}
)

select
    process_id,
    process_version,
    name_zh,
    name_en,
    what_changed,
    approved_by_id,
    kpi_id,
    formula_id,
    queue_id,
    effective_from_date as valid_from,
    coalesce(cast(next_from_date - interval '1' day as date), date '9999-12-31') as valid_to
from followed
