select
    review_id,
    dimension,
    cast(reviewed_at as {{ type_ts() }}) as reviewed_at,
    is_applicable,
    score_points,
    error_kind,
    evidence_text,
    evidence_at_seconds,
    cast(dt as date) as partition_date
from {{ lake('review_items') }}
