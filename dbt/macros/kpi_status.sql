{# How a value stands to its target. No data is never a pass; too few cases are never judged. #}
{% macro kpi_status(value, target, warning, direction, n, minimum_n, n_open) -%}
    case
        when {{ value }} is null and {{ n_open }} > 0 then 'OPEN'
        when {{ value }} is null then 'NO_DATA'
        when {{ n }} < {{ minimum_n }} then 'INSUFFICIENT_N'
        when {{ target }} is null or {{ direction }} = 'none' then 'NOT_APPLICABLE'
        when {{ direction }} = 'higher' and {{ value }} >= {{ target }} then 'PASS'
        when {{ direction }} = 'higher' and {{ value }} >= {{ warning }} then 'WATCH'
        when {{ direction }} = 'lower' and {{ value }} <= {{ target }} then 'PASS'
        when {{ direction }} = 'lower' and {{ value }} <= {{ warning }} then 'WATCH'
        else 'FAIL'
    end
{%- endmacro %}
