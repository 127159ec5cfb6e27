{# How a part of the checklist stands to its mark. Marks 0 and 1 mean none and all: a full count, where one case decides.
   A sampled share passes only with its whole interval; what has no interval was counted in full, so its value decides.
   No data is never a pass. #}
{% macro checklist_status(value, mark, comparison, ci_low, ci_high, n, minimum_n, n_open) -%}
    case
        when {{ value }} is null and coalesce({{ n_open }}, 0) > 0 then 'OPEN'
        when {{ value }} is null then 'NO_DATA'
        when {{ mark }} in (0, 1) and {{ value }} = {{ mark }} then 'PASS'
        when {{ mark }} in (0, 1) then 'FAIL'
        when {{ n }} < {{ minimum_n }} then 'INSUFFICIENT_N'
        when {{ comparison }} = '>=' and {{ value }} < {{ mark }} then 'FAIL'
        when {{ comparison }} = '<=' and {{ value }} > {{ mark }} then 'FAIL'
        when {{ comparison }} = '>=' and coalesce({{ ci_low }}, {{ value }}) >= {{ mark }} then 'PASS'
        when {{ comparison }} = '<=' and coalesce({{ ci_high }}, {{ value }}) <= {{ mark }} then 'PASS'
        else 'WATCH'
    end
{%- endmacro %}
