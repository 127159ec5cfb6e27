select
    kb_usage_id,
    kind,
    article_id,
    agent_id,
    call_id,
    contact_id,
    partition_date as usage_date,
    pushed_at,
    opened_at,
    used_at,
    opened_at is not null as is_opened,
    used_at is not null as is_used,
    coalesce(used_at is not null and is_resolved, false) as is_resolved
from {{ ref('stg_kb_usage') }}
where {{ days_between('partition_date') }}
