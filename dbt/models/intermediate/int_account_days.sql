-- Shares are taken of the accounts that are enabled when the day ends; a leaver is judged on the day whose hours run out.
with accounts as (
    select
        *,
        left_at + interval '{{ var("leaver_hours") }}' hour as disable_due_at,
        {{ local_day_end('snapshot_date') }} as day_ends_at
    from {{ ref('stg_accounts') }}
    where {{ days_between('partition_date') }}
)

select
    account_id,
    snapshot_date,
    employee_id,
    role,
    is_shared,
    is_enabled,
    has_second_factor,
    created_date,
    last_login_at,
    left_at,
    disabled_at,
    attested_date,
    {{ days_from('coalesce(' ~ local_date('last_login_at') ~ ', created_date)', 'snapshot_date') }} as idle_days,
    is_enabled and {{ days_from('coalesce(' ~ local_date('last_login_at') ~ ', created_date)', 'snapshot_date') }}
    > {{ var('idle_days') }} as is_idle,
    is_enabled and coalesce(disable_due_at <= day_ends_at, false) as is_orphan,
    {{ local_date('disable_due_at') }} as disable_due_date,
    coalesce(disabled_at <= disable_due_at, false) as is_disabled_in_time,
    partition_date
from accounts
