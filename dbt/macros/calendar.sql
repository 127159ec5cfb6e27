{# One row a day, column date_day, from the first day up to and without the last. #}
{% macro calendar_days(first, until) -%}
    ({{ dbt.date_spine('day', "cast('" ~ first ~ "' as date)", "cast('" ~ until ~ "' as date)") }}) as calendar
{%- endmacro %}
