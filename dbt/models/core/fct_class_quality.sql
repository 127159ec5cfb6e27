-- Precision, recall and F1 of each class and their macro mean. A class that people never gave has no recall and no F1; one
-- that the machine never gave has no precision, and F1 0. The macro mean is over the classes that people gave.
with labels as (
    select
        {{ period_start('month', 'label_date') }} as month_start,
        kind,
        label,
        detected_label
    from {{ ref('fct_gold_label') }}
    where kind in ('intent', 'emotion') and is_judged
),

sides as (
    select
        month_start,
        kind,
        label as class_id,
        1 as n_gold,
        0 as n_detected,
        case when label = detected_label then 1 else 0 end as n_correct
    from labels
    union all
    select
        month_start,
        kind,
        detected_label as class_id,
        0 as n_gold,
        1 as n_detected,
        0 as n_correct
    from labels
    where detected_label is not null
),

classes as (
    select
        month_start,
        kind,
        class_id,
        cast(sum(n_gold) as bigint) as n_gold,
        cast(sum(n_detected) as bigint) as n_detected,
        cast(sum(n_correct) as bigint) as n_correct
    from sides
    group by month_start, kind, class_id
),

scored as (
    select
        *,
        case when n_detected > 0 then cast(n_correct as double) / n_detected end as precision_ratio,
        case when n_gold > 0 then cast(n_correct as double) / n_gold end as recall_ratio,
        case when n_gold > 0 then 2 * cast(n_correct as double) / (n_gold + n_detected) end as f1_ratio
    from classes
)

select
    month_start,
    kind,
    class_id,
    n_gold,
    n_detected,
    n_correct,
    precision_ratio,
    recall_ratio,
    f1_ratio
from scored
union all
select
    month_start,
    kind,
    'macro' as class_id,
    cast(sum(n_gold) as bigint) as n_gold,
    cast(sum(n_detected) as bigint) as n_detected,
    cast(sum(n_correct) as bigint) as n_correct,
    {{ exact_sum('precision_ratio') }} / nullif(count(precision_ratio), 0) as precision_ratio,
    {{ exact_sum('recall_ratio') }} / nullif(count(recall_ratio), 0) as recall_ratio,
    {{ exact_sum('f1_ratio') }} / nullif(count(f1_ratio), 0) as f1_ratio
from scored
where n_gold > 0
group by month_start, kind
order by month_start nulls last, kind nulls last, class_id nulls last
