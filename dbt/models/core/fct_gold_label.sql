{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- What the machine said is looked up where its output is; a label whose machine has not spoken yet is not judged.
with clauses as (
    select
        recording_id,
        rule_id,
        max(case when is_mandatory then 1 else 0 end) = 1 as is_mandatory,
        case max(case outcome when 'hit' then 3 when 'miss' then 2 else 1 end)
            when 3 then 'present' when 2 then 'absent' else 'not_applicable'
        end as detected_label
    from {{ ref('fct_inspection') }}
    where transcript_status = 'ok' and {{ days_between('call_date', 31, 31) }}
    group by recording_id, rule_id
),

intents as (
    select
        bot_turn_id,
        channel,
        intent
    from {{ ref('fct_bot_turn') }}
    where {{ days_between('turn_date', 31, 31) }}
),

labelled as (
    select distinct subject_id
    from {{ ref('int_gold_labels') }}
    where kind = 'emotion'
),

-- Two versions of a model may have judged one turn: the later version is measured.
emotions as (
    select
        f.turn_id,
        f.emotion,
        row_number() over (
            partition by f.turn_id order by f.model_version desc nulls last, f.emotion_id asc nulls last
        ) as place
    from {{ ref('fct_emotion') }} as f
    inner join labelled as l on f.turn_id = l.subject_id
    where {{ days_between('f.call_date', 31, 31) }}
)

select
    g.gold_id,
    g.label_date,
    g.kind,
    g.subject_id,
    g.item,
    i.channel,
    coalesce(c.is_mandatory, false) as is_mandatory,
    g.annotator_1_label,
    g.annotator_2_label,
    g.label,
    coalesce(c.detected_label, i.intent, e.emotion, g.detected_label) as detected_label,
    case g.kind
        when 'clause' then c.rule_id is not null
        when 'intent' then i.bot_turn_id is not null
        when 'emotion' then e.turn_id is not null
        else true
    end as is_judged,
    coalesce(g.label = coalesce(c.detected_label, i.intent, e.emotion, g.detected_label), false) as is_correct,
    g.human_points,
    g.n_characters,
    g.n_errors,
    g.drawn_at,
    g.labelled_at,
    g.sample_seed,
    g.stratum
from {{ ref('int_gold_labels') }} as g
left join clauses as c on case when g.kind = 'clause' then g.subject_id end = c.recording_id and g.item = c.rule_id
left join intents as i on case when g.kind = 'intent' then g.subject_id end = i.bot_turn_id
left join emotions as e on case when g.kind = 'emotion' then g.subject_id end = e.turn_id and e.place = 1
where {{ replaced_days('g.label_date') }}
order by g.label_date nulls last, g.gold_id nulls last
