select
    customer_key,
    tier,
    snapshot_date as valid_from,
    coalesce(
        {{ add_days('lead(snapshot_date) over (partition by customer_key order by snapshot_date nulls last)', -1) }},
        date '9999-12-31'
    ) as valid_to
from {{ ref('int_customer_tiers') }}
where tier_before is null or tier_before <> tier
order by customer_key nulls last, valid_from nulls last
