-- The accounts of the latest list, with the rights of the latest list of rights.
with latest as (
    select max(snapshot_date) as snapshot_date
    from {{ ref('fct_account_day') }}
),

latest_rights as (
    select max(snapshot_date) as snapshot_date
    from {{ ref('fct_grant') }}
),

rights as (
    select
        g.account_id,
        count(*) as n_rights,
        count(*) filter (where g.is_privileged) as n_privileged,
        count(*) filter (where g.is_unneeded) as n_unneeded
    from {{ ref('fct_grant') }} as g
    inner join latest_rights as l on g.snapshot_date = l.snapshot_date
    group by g.account_id
)

select
    a.account_id,
    a.snapshot_date,
    a.employee_id,
    a.role,
    a.is_enabled,
    a.has_second_factor,
    a.is_shared,
    a.is_idle,
    a.is_orphan,
    a.idle_days,
    a.last_login_at,
    a.left_at,
    a.disabled_at,
    a.attested_date,
    coalesce({{ period_start('month', 'a.attested_date') }} = {{ period_start('month', 'a.snapshot_date') }}, false) as is_attested,
    coalesce(r.n_rights, 0) as n_rights,
    coalesce(r.n_privileged, 0) as n_privileged,
    coalesce(r.n_unneeded, 0) as n_unneeded
from {{ ref('fct_account_day') }} as a
inner join latest as l on a.snapshot_date = l.snapshot_date
left join rights as r on a.account_id = r.account_id
