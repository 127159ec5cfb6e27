select
    gold_id,
    kind,
    subject_id,
    item,
    annotator_1_id,
    annotator_2_id,
    annotator_1_label,
    annotator_2_label,
    label,
    detected_label,
    n_characters,
    n_errors,
    cast(drawn_at as {{ type_ts() }}) as drawn_at,
    cast(labelled_at as {{ type_ts() }}) as labelled_at,
    sample_seed,
    stratum,
    cast(dt as date) as partition_date
from {{ lake('gold_labels') }}
