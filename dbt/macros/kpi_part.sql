{# The columns of one formula in a table of day parts. Every argument is SQL; n defaults to the denominator. #}
{% macro kpi_part(kpi_id, formula_id, numerator, denominator='null', n=none, n_open='0', sum_of_squares='null') -%}
    '{{ kpi_id }}' as kpi_id,
    '{{ formula_id }}' as formula_id,
    cast({{ numerator }} as double) as numerator,
    cast({{ denominator }} as double) as denominator,
    cast({{ n or denominator }} as bigint) as n,
    cast({{ n_open }} as bigint) as n_open,
    cast({{ sum_of_squares }} as double) as sum_of_squares
{%- endmacro %}
