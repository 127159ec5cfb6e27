select
    month_start,
    class_id as intent,
    n_gold,
    n_detected,
    n_correct,
    precision_ratio,
    recall_ratio,
    f1_ratio
from {{ ref('fct_class_quality') }}
where kind = 'intent'
order by month_start nulls last, class_id nulls last
