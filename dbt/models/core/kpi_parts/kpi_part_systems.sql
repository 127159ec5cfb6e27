{%- set checks = {
    'endpoint_tls': ['endpoint_tls', 'tls'],
    'backup': ['backup_success', 'backup_success'],
    'restore': ['restore_drill', 'restore_drill'],
    'isolation': ['isolation', 'isolated'],
    'encryption_at_rest': ['customer_data_encryption', 'share'],
    'graded_protection': ['graded_protection', 'in_order'],
} %}
{%- set measures = {
    'availability': ['availability', 'availability'],
    'vulnerability': ['vulnerability_overdue', 'share'],
    'phishing_test': ['phishing', 'click_rate'],
} -%}
-- Some checks pass or fail; others count something out of something.
with checks as (
    select
        check_date as kpi_date,
        kind,
        count(*) as checked,
        count(*) filter (where is_passed) as passed,
        {{ exact_sum('value') }} as counted,
        {{ exact_sum('base_value') }} as base
    from {{ ref('fct_system_check') }}
    group by check_date, kind
),

-- A request of a customer about his or her data counts on the day by which it must be answered.
requests as (
    select
        l.due_date as kpi_date,
        count(*) as due,
        count(*) filter (where l.followed_date <= l.due_date) as in_time
    from {{ ref('fct_ledger_entry') }} as l
    cross join {{ ref('int_loaded_until') }} as u
    where l.kind = 'subject_request' and l.due_date <= u.last_loaded_date
    group by l.due_date
),

-- A review of a risk counts on its due day too; an early one is in time.
reviews as (
    select
        r.review_due_date as kpi_date,
        count(*) as due,
        count(*) filter (where r.followed_date <= r.review_due_date) as in_time
    from {{ ref('fct_risk_event') }} as r
    cross join {{ ref('int_loaded_until') }} as u
    where r.review_due_date <= u.last_loaded_date
    group by r.review_due_date
),

parts as (
    {% for kind, kpi in checks.items() %}
        select kpi_date, {{ kpi_part(kpi[0], kpi[1], 'passed', 'checked') }}
        from checks
        where kind = '{{ kind }}'
        union all
    {% endfor %}
    {% for kind, kpi in measures.items() %}
        select kpi_date, {{ kpi_part(kpi[0], kpi[1], 'counted', 'base') }}
        from checks
        where kind = '{{ kind }}'
        union all
    {% endfor %}
    select kpi_date, {{ kpi_part('risk_review', 'in_time', 'in_time', 'due') }} from reviews
    union all
    select kpi_date, {{ kpi_part('subject_request', 'in_time', 'in_time', 'due') }} from requests
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
