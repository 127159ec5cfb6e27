select
    posting_id,
    {{ period_start('month', 'booked_on') }} as month_start,
    kind,
    amount_yuan,
    basis
from {{ ref('stg_costs') }}
