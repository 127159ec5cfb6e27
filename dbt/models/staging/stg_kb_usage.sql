select
    kb_usage_id,
    kind,
    article_id,
    agent_id,
    call_id,
    contact_id,
    cast(pushed_at as {{ type_ts() }}) as pushed_at,
    cast(opened_at as {{ type_ts() }}) as opened_at,
    cast(used_at as {{ type_ts() }}) as used_at,
    is_resolved,
    cast(dt as date) as partition_date
from {{ lake('kb_usage') }}
