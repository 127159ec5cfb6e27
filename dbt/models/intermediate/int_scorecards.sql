with followed as (
    select
        *,
        lead(valid_from_date) over (
            partition by dimension
            order by valid_from_date nulls last, scorecard_version nulls last
        ) as next_from_date
    from {{ ref('stg_scorecards') }}
)

select
    scorecard_version,
    dimension,
    weight_points,
    pass_points,
    is_behaviour,
    valid_from_date as valid_from,
    coalesce(cast(next_from_date - interval '1' day as date), date '9999-12-31') as valid_to
from followed
