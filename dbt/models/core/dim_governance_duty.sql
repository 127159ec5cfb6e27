with entries as (
    select
        *,
        row_number() over (partition by duty_id order by done_date desc nulls last, ledger_entry_id desc nulls last) as place
    from {{ ref('fct_ledger_entry') }}
    where duty_id is not null
),

counted as (
    select
        duty_id,
        count(*) as n_done
    from entries
    group by duty_id
)

select
    d.duty_id,
    d.kind,
    d.scope,
    d.period_months,
    d.label_zh,
    d.label_en,
    d.source_clause,
    coalesce(c.n_done, 0) as n_done,
    e.done_date as last_done_date,
    e.done_by as last_done_by,
    e.due_date as next_due_date,
    e.evidence_uri,
    u.last_loaded_date
from {{ ref('ref_governance_duty') }} as d
cross join {{ ref('int_loaded_until') }} as u
left join counted as c on d.duty_id = c.duty_id
left join entries as e on d.duty_id = e.duty_id and e.place = 1
