-- How right the machines are, on the day on which the label was settled. What a machine has not judged yet is no case.
with days as (
    select
        label_date as kpi_date,
        channel,
        count(*) filter (where kind = 'intent' and is_judged) as intents,
        count(*) filter (where kind = 'intent' and is_judged and is_correct) as intents_right,
        count(*) filter (where kind in ('clause', 'topic', 'entity') and is_judged) as items,
        count(*) filter (where kind in ('clause', 'topic', 'entity') and is_judged and is_correct) as items_right,
        count(*) filter (where kind = 'emotion' and is_judged) as emotions,
        count(*) filter (where kind = 'emotion' and is_judged and is_correct) as emotions_right,
        coalesce(sum(n_characters) filter (where kind = 'characters'), 0) as characters,
        coalesce(sum(least(n_errors, n_characters)) filter (where kind = 'characters'), 0) as errors,
        coalesce({{ exact_sum('human_points') }}, 0) as human_sum,
        coalesce({{ exact_sum('human_points * human_points') }}, 0) as human_squares,
        count(human_points) as human_scored,
        count(*) filter (where kind <> 'characters' and annotator_1_label is not null and annotator_2_label is not null) as pairs,
        count(*) filter (where kind <> 'characters' and annotator_1_label = annotator_2_label) as equal_pairs
    from {{ ref('fct_gold_label') }}
    group by label_date, channel
),

parts as (
    select kpi_date, channel, {{ kpi_part('intent_accuracy', 'top1', 'intents_right', 'intents') }} from days
    union all
    select kpi_date, channel, {{ kpi_part('semantic_accuracy', 'items', 'items_right', 'items') }} from days
    union all
    select kpi_date, channel, {{ kpi_part('emotion_accuracy', 'accuracy', 'emotions_right', 'emotions') }} from days
    union all
    select kpi_date, channel, {{ kpi_part('character_error_rate', 'cer', 'errors', 'characters') }} from days
    union all
    select
        kpi_date,
        channel,
        {{ kpi_part('emotion_response', 'human', 'human_sum', 'human_scored', sum_of_squares='human_squares') }}
    from days
    union all
    select
        kpi_date,
        cast(null as {{ type_text() }}) as channel,
        {{ kpi_part('label_agreement', 'same_label', 'equal_pairs', 'pairs') }}
    from days
)

select
    kpi_date,
    cast(null as {{ type_text() }}) as queue_id,
    cast(null as {{ type_text() }}) as agent_id,
    channel,
    kpi_id,
    formula_id,
    numerator,
    denominator,
    n,
    n_open,
    sum_of_squares
from parts
