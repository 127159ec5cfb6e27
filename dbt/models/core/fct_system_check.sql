{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    check_id,
    partition_date as check_date,
    kind,
    system_id,
    checked_at,
    is_passed,
    value,
    base_value,
    detail,
    protection_grade,
    is_filed,
    assessment_due_date
from {{ ref('int_system_checks') }}
where {{ replaced_days('partition_date') }}
order by check_date nulls last, check_id nulls last
