-- Accounts, rights and sign-ins belong to no queue and to no agent's own figures.
with accounts as (
    select
        snapshot_date as kpi_date,
        count(*) filter (where is_enabled) as enabled,
        count(*) filter (where is_enabled and has_second_factor) as enrolled,
        count(*) filter (where is_idle) as idle,
        count(*) filter (where is_orphan) as orphan,
        count(*) filter (where is_enabled and is_shared) as shared,
        count(*) filter (where disable_due_date = snapshot_date) as leavers,
        count(*) filter (where disable_due_date = snapshot_date and is_disabled_in_time) as disabled_in_time
    from {{ ref('fct_account_day') }}
    group by snapshot_date
),

rights as (
    select
        snapshot_date as kpi_date,
        count(*) as granted,
        count(*) filter (where is_unneeded) as unneeded
    from {{ ref('fct_grant') }}
    group by snapshot_date
),

logins as (
    select
        login_date as kpi_date,
        count(*) filter (where is_successful) as let_in,
        count(*) filter (where is_verified) as verified
    from {{ ref('fct_login') }}
    group by login_date
),

parts as (
    select kpi_date, {{ kpi_part('two_factor', 'enrolled', 'enrolled', 'enabled') }} from accounts
    union all
    select kpi_date, {{ kpi_part('idle_accounts', 'share', 'idle', 'enabled') }} from accounts
    union all
    select kpi_date, {{ kpi_part('orphan_accounts', 'share', 'orphan', 'enabled') }} from accounts
    union all
    select kpi_date, {{ kpi_part('shared_accounts', 'share', 'shared', 'enabled') }} from accounts
    union all
    select kpi_date, {{ kpi_part('leaver_access', 'within_24h', 'disabled_in_time', 'leavers') }} from accounts
    union all
    select kpi_date, {{ kpi_part('unneeded_rights', 'share', 'unneeded', 'granted') }} from rights
    union all
    select kpi_date, {{ kpi_part('two_factor', 'verified_logins', 'verified', 'let_in') }} from logins
)

select
    kpi_date,
    cast(null as {{ type_text() }}) as queue_id,
    cast(null as {{ type_text() }}) as agent_id,
    cast(null as {{ type_text() }}) as channel,
    kpi_id,
    formula_id,
    numerator,
    denominator,
    n,
    n_open,
    sum_of_squares
from parts
