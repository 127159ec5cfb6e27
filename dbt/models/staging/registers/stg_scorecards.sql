select
    scorecard_version,
    dimension,
    weight_points,
    pass_points,
    is_behaviour,
    valid_from_date,
    cast(dt as date) as partition_date
from {{ lake('scorecards') }}
where {{ replaced_days('cast(dt as date)') }}
