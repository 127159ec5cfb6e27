-- A duty that was never done has no due day, and is overdue all the same.
select
    duty_id,
    kind,
    scope,
    period_months,
    label_zh,
    label_en,
    last_done_date,
    last_done_by,
    next_due_date,
    evidence_uri,
    case when next_due_date < last_loaded_date then {{ days_from('next_due_date', 'last_loaded_date') }} else 0 end as overdue_days,
    case
        when last_done_date is null then 'never_done'
        when next_due_date < last_loaded_date then 'overdue'
        when {{ period_start('month', 'next_due_date') }} = {{ period_start('month', 'last_loaded_date') }} then 'due_this_month'
        else 'on_track'
    end as state,
    source_clause
from {{ ref('dim_governance_duty') }}
