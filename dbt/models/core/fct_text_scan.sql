{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}
{#- Every column with free text that people read: table, its name, column, day, and what the text belongs to. #}
{%- set texts = [
    (ref('fct_turn'), 'fct_turn', 'text_masked', 'call_date', 'recording_id'),
    (ref('fct_inspection'), 'fct_inspection', 'matched_text', 'call_date', 'recording_id'),
    (ref('fct_incident_step'), 'fct_incident_step', 'note', 'step_date', 'incident_step_id'),
    (ref('fct_ledger_entry'), 'fct_ledger_entry', 'result', 'recorded_date', 'ledger_entry_id'),
    (ref('fct_system_check'), 'fct_system_check', 'detail', 'check_date', 'check_id'),
] %}

with scanned as (
    {% for relation, name, column, day, document in texts %}
        select
            {{ day }} as scan_date,
            '{{ name }}' as table_name,
            '{{ column }}' as column_name,
            {{ document }} as document_id,
            {{ has_unmasked_number(column) }} as is_hit
        from {{ relation }}
        where {{ column }} is not null and {{ replaced_days(day) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    scan_date,
    table_name,
    column_name,
    document_id,
    count(*) as n_rows,
    count(*) filter (where is_hit) as n_hits
from scanned
group by scan_date, table_name, column_name, document_id
order by scan_date nulls last, table_name nulls last, column_name nulls last, document_id nulls last
