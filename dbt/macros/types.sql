{% macro type_text() -%}{{ adapter.dispatch('type_text', 'lingting')() }}{%- endmacro %}
{% macro duckdb__type_text() -%}varchar{%- endmacro %}
{% macro spark__type_text() -%}string{%- endmacro %}
