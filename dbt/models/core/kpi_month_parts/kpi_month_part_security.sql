-- What is judged once a month: by the last loaded day of the month, or by what fell due in it.
with accounts as (
    select
        m.month_start as kpi_month,
        count(*) as enabled,
        count(*) filter (where {{ period_start('month', 'a.attested_date') }} = m.month_start) as attested
    from {{ ref('int_loaded_months') }} as m
    inner join {{ ref('fct_account_day') }} as a on m.last_loaded_date = a.snapshot_date
    where a.is_enabled
    group by m.month_start
),

recordings as (
    select
        month_start as kpi_month,
        sum(n_objects) as objects,
        sum(n_overdue) as overdue
    from {{ ref('fct_recording_month') }}
    group by month_start
),

duties as (
    select
        {{ period_start('month', 'l.due_date') }} as kpi_month,
        count(*) as due,
        count(*) filter (where l.followed_date <= l.due_date) as in_time
    from {{ ref('fct_ledger_entry') }} as l
    cross join {{ ref('int_loaded_until') }} as u
    where l.duty_id is not null and l.due_date <= u.last_loaded_date
    group by {{ period_start('month', 'l.due_date') }}
),

classes as (
    select
        month_start as kpi_month,
        {{ n_source_columns() }} as source_columns,
        {{ n_source_columns(unclassified_only=true) }} as unclassified
    from {{ ref('int_loaded_months') }}
),

parts as (
    select kpi_month, {{ kpi_part('account_attestation', 'attested', 'attested', 'enabled') }} from accounts
    union all
    select kpi_month, {{ kpi_part('retention_overdue', 'share', 'overdue', 'objects') }} from recordings
    union all
    select kpi_month, {{ kpi_part('governance', 'on_time', 'in_time', 'due') }} from duties
    union all
    select kpi_month, {{ kpi_part('unclassified_columns', 'share', 'unclassified', 'source_columns') }} from classes
)

select
    kpi_month,
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
