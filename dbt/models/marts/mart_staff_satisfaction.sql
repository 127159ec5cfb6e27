-- Cells below the smallest size are not shown. Where only one team would be hidden, the next smallest is hidden too:
-- otherwise the hidden one could be worked out from the figure of the centre.
with cells as (
    select
        survey_round,
        max(answer_date) as survey_date,
        coalesce(team_id, 'none') as team_id,
        question,
        count(*) as n_answers,
        count(*) filter (where is_satisfied) as n_satisfied,
        {{ exact_sum('answer') }} as answer_sum
    from {{ ref('fct_staff_answer') }}
    group by survey_round, coalesce(team_id, 'none'), question
),

small as (
    select
        *,
        count(case when n_answers < {{ var("smallest_survey_cell") }} then 1 end) over (partition by survey_round, question) as n_small,
        row_number() over (partition by survey_round, question order by n_answers nulls last, team_id nulls last) as place
    from cells
),

scoped as (
    select
        'team' as scope,
        team_id as scope_id,
        survey_round,
        survey_date,
        question,
        n_answers,
        n_satisfied,
        answer_sum,
        n_answers < {{ var("smallest_survey_cell") }} or (n_small = 1 and place = 2) as is_suppressed
    from small
    union all
    select
        'centre' as scope,
        'centre' as scope_id,
        survey_round,
        max(survey_date) as survey_date,
        question,
        cast(sum(n_answers) as bigint) as n_answers,
        cast(sum(n_satisfied) as bigint) as n_satisfied,
        {{ exact_sum('answer_sum') }} as answer_sum,
        sum(n_answers) < {{ var("smallest_survey_cell") }} as is_suppressed
    from small
    group by survey_round, question
)

select
    survey_round,
    survey_date,
    scope,
    scope_id,
    question,
    is_suppressed,
    case when not is_suppressed then n_answers end as n_answers,
    case when not is_suppressed then cast(n_satisfied as double) / n_answers end as top2_ratio,
    case when not is_suppressed then answer_sum / n_answers end as mean_answer
from scoped
