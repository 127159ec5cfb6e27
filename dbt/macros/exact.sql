{# Sums of doubles depend on the order in which an engine meets the rows, so the same data would give figures that differ
   in the last digit from build to build. Sums of decimals do not. ``exact`` is for a sum over a window. #}
{% macro exact(value) -%}cast({{ value }} as decimal(38, 12)){%- endmacro %}

{% macro exact_sum(value) -%}cast(sum({{ exact(value) }}) as double){%- endmacro %}

{# Ten decimals of a figure that was found by adding many terms: the last digits would depend on the order of the terms. #}
{% macro digits(value) -%}cast(cast({{ value }} as decimal(28, 10)) as double){%- endmacro %}
