{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- The first judged part gives the item its value; an item passes only if all of its judged parts do.
with parts as (
    select
        f.*,
        row_number() over (partition by f.month_start, f.item_no order by f.is_judged desc nulls last, f.part_no asc nulls last) as place
    from {{ ref('fct_checklist_part') }} as f
    where {{ days_of_replaced_periods('f.month_start') }}
),

judged as (
    select
        month_start,
        item_no,
        count(*) filter (where is_judged) as n_parts,
        count(*) filter (where is_judged and status = 'PASS') as n_parts_passed,
        max(case when is_judged and status = 'FAIL' then 1 else 0 end) as has_fail,
        max(case when is_judged and status = 'NO_DATA' then 1 else 0 end) as has_no_data,
        max(case when is_judged and status = 'OPEN' then 1 else 0 end) as has_open,
        max(case when is_judged and status = 'INSUFFICIENT_N' then 1 else 0 end) as has_few,
        min(data_until) as data_until
    from parts
    group by month_start, item_no
)

select
    j.month_start,
    j.item_no,
    d.aspect_zh,
    d.aspect_en,
    d.label_zh,
    d.label_en,
    p.kpi_id,
    p.formula_id,
    p.numerator,
    p.denominator,
    p.n,
    p.value,
    p.ci_low,
    p.ci_high,
    p.unit,
    p.comparison,
    p.mark,
    case
        when j.has_fail = 1 then 'FAIL'
        when j.has_no_data = 1 then 'NO_DATA'
        when j.has_open = 1 then 'OPEN'
        when j.has_few = 1 then 'INSUFFICIENT_N'
        when j.n_parts_passed < j.n_parts then 'WATCH'
        else 'PASS'
    end as status,
    j.n_parts,
    j.n_parts_passed,
    p.evidence_table,
    j.data_until,
    d.source_clause,
    d.domain
from judged as j
inner join parts as p on j.month_start = p.month_start and j.item_no = p.item_no and p.place = 1
inner join {{ ref('dim_checklist_part') }} as d on p.item_no = d.item_no and p.part_no = d.part_no
where {{ replaced_days('j.month_start') }}
order by j.month_start nulls last, j.item_no nulls last
