-- A system of grade 3 is assessed again every year, of grade 4 every half year, of grade 2 every two years (管理办法 of graded
-- protection, article 14, and its practice for grade 2); grade 1 is neither filed nor assessed.
with checks as (
    select
        *,
        cast(
            case protection_grade
                when 2 then assessed_date + interval '24' month
                when 3 then assessed_date + interval '12' month
                when 4 then assessed_date + interval '6' month
            end as date
        ) as assessment_due_date
    from {{ ref('stg_system_evidence') }}
    where {{ days_between('partition_date') }}
)

select
    check_id,
    kind,
    system_id,
    checked_at,
    case
        when kind <> 'graded_protection' or protection_grade = 1 then is_passed
        else coalesce(is_passed and is_filed and partition_date <= assessment_due_date, false)
    end as is_passed,
    value,
    base_value,
    detail,
    protection_grade,
    is_filed,
    assessment_due_date,
    partition_date
from checks
