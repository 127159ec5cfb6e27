with entries as (
    select
        access_date as kpi_date,
        sum(n_expected) as expected,
        sum(n_missing) as missing,
        count(is_chained) as linked,
        count(*) filter (where not is_chained) as broken,
        count(is_within_purpose) as exports,
        count(*) filter (where is_within_purpose) as within
    from {{ ref('fct_access_event') }}
    group by access_date
),

-- An anomaly counts on the day on which its 24 hours end.
anomalies as (
    select
        anomaly_id,
        min(happened_at) filter (where step = 'raised') + interval '24' hour as due_at,
        min(happened_at) filter (where step = 'triaged') as triaged_at
    from {{ ref('fct_anomaly') }}
    group by anomaly_id
),

triage as (
    select
        {{ local_date('a.due_at') }} as kpi_date,
        count(*) as due,
        count(*) filter (where a.triaged_at <= a.due_at) as in_time
    from anomalies as a
    cross join {{ ref('int_loaded_until') }} as u
    where a.due_at < u.loaded_until_at
    group by {{ local_date('a.due_at') }}
),

-- A text is a document: a recording, a step of an incident, an entry of the register.
texts as (
    select
        scan_date as kpi_date,
        count(distinct document_id) as scanned,
        count(distinct case when n_hits > 0 then document_id end) as unmasked
    from {{ ref('fct_text_scan') }}
    group by scan_date
),

parts as (
    select kpi_date, {{ kpi_part('access_log_gaps', 'share', 'missing', 'expected') }} from entries
    union all
    select kpi_date, {{ kpi_part('access_log_chain', 'share', 'broken', 'linked') }} from entries
    union all
    select kpi_date, {{ kpi_part('export_purpose', 'within', 'within', 'exports') }} from entries
    union all
    select kpi_date, {{ kpi_part('anomaly_triage', 'in_time', 'in_time', 'due') }} from triage
    union all
    select kpi_date, {{ kpi_part('pii_scan', 'unmasked', 'unmasked', 'scanned') }} from texts
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
