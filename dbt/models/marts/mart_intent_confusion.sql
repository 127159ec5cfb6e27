select
    {{ period_start('month', 'label_date') }} as month_start,
    label as gold_intent,
    coalesce(detected_label, 'none') as predicted_intent,
    count(*) as n
from {{ ref('fct_gold_label') }}
where kind = 'intent' and is_judged
group by {{ period_start('month', 'label_date') }}, label, coalesce(detected_label, 'none')
order by month_start nulls last, gold_intent nulls last, predicted_intent nulls last
