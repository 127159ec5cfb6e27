-- The next entry of a kind and scope is due on the day that the entry names, and never later than the period of the duty.
with entries as (
    select
        l.*,
        d.duty_id,
        {{ month_end_after('l.done_date', 'd.period_months') }} as period_end_date,
        lead(l.done_date) over (
            partition by l.kind, l.scope
            order by l.done_date nulls last, l.ledger_entry_id nulls last
        ) as followed_date
    from {{ ref('stg_ledger') }} as l
    left join {{ ref('ref_governance_duty') }} as d on l.kind = d.kind and l.scope = d.scope
)

select
    ledger_entry_id,
    recorded_date,
    kind,
    scope,
    duty_id,
    done_date,
    done_by,
    case
        when next_due_date is null or next_due_date > period_end_date then coalesce(period_end_date, next_due_date)
        else next_due_date
    end as due_date,
    followed_date,
    evidence_uri,
    result
from entries
