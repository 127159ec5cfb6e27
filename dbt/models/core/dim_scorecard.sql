select
    scorecard_version,
    dimension,
    weight_points,
    pass_points,
    is_behaviour,
    valid_from,
    valid_to
from {{ ref('int_scorecards') }}
