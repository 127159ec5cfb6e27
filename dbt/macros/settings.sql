{# A number that a centre may set for itself: a variable of the project, with its value in dbt_project.yml. #}
{% macro setting(name) -%}{{ var(name) }}{%- endmacro %}
