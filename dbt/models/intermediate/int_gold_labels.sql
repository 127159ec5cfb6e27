select
    gold_id,
    kind,
    subject_id,
    item,
    partition_date as label_date,
    annotator_1_label,
    annotator_2_label,
    label,
    case when kind = 'episode' then cast(label as double) end as human_points,
    detected_label,
    n_characters,
    n_errors,
    drawn_at,
    labelled_at,
    sample_seed,
    stratum
from {{ ref('stg_gold_labels') }}
where {{ days_between('partition_date', 0, 31) }}
