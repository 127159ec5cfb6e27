{# One row per reason of a score, as a struct: code, points, rule_id, rule_version, hit_no. `reasons` is a JSON list. #}
{% macro each_reason(reasons) -%}{{ adapter.dispatch('each_reason', 'lingting')(reasons) }}{%- endmacro %}
{% macro duckdb__each_reason(reasons) -%}
    unnest(from_json({{ reasons }}, '[{"code": "VARCHAR", "points": "DOUBLE", "rule_id": "VARCHAR", "rule_version": "VARCHAR", "hit_no": "BIGINT"}]'))
{%- endmacro %}
{% macro spark__each_reason(reasons) -%}
    explode(from_json({{ reasons }}, 'array<struct<code: string, points: double, rule_id: string, rule_version: string, hit_no: bigint>>'))
{%- endmacro %}
