select
    month_start,
    kind,
    count(*) as n_postings,
    max(basis) as basis,
    {{ exact_sum('amount_yuan') }} as amount_yuan
from {{ ref('int_costs') }}
group by month_start, kind
