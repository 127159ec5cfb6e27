-- Plan until measures are set, do while they are put into practice, check their effect, act by making them the rule.
select
    issue_id,
    found_date,
    issue_kind,
    found_by,
    topic,
    queue_id,
    owner_id,
    due_date,
    stage,
    case
        when stage in ('found', 'analysed', 'reopened') then 'plan'
        when stage = 'measures_set' then 'do'
        when stage = 'implemented' or not is_closed then 'check'
        else 'act'
    end as pdca_step,
    stage_date,
    -- Entered in the cockpit after the last loaded day of calls: no day has passed.
    greatest({{ days_from('stage_date', 'known_until_date') }}, 0) as days_in_stage,
    is_closed,
    closed_date,
    greatest({{ days_from('found_date', 'coalesce(closed_date, known_until_date)') }}, 0) as age_days,
    greatest({{ days_from('due_date', 'coalesce(closed_date, known_until_date)') }}, 0) as overdue_days,
    is_closed as is_verified_by_other,
    coalesce(stage = 'verified' and stage_by_id = owner_id, false) as is_verified_by_owner,
    n_reopened,
    known_until_date
from {{ ref('fct_issue') }}
order by found_date nulls last, issue_id nulls last
