{# Statistics of manual quality control, and what DuckDB and Spark spell differently about it. #}

{# A text that orders rows like chance would, the same on every run and engine: md5 of seed and id. #}
{% macro pseudo_random(seed, id) -%}{{ adapter.dispatch('pseudo_random', 'lingting')(seed, id) }}{%- endmacro %}
{% macro duckdb__pseudo_random(seed, id) -%}md5({{ seed }} || '|' || {{ id }}){%- endmacro %}
{% macro spark__pseudo_random(seed, id) -%}md5(concat({{ seed }}, '|', {{ id }})){%- endmacro %}

{# Cohen's kappa of two raters, from counts: (observed - chance) / (1 - chance), both times n squared so that whole
   numbers stay exact. #}
{% macro cohen_kappa(n, n_agreed, n_first, n_second) -%}
    ({{ n }} * {{ n_agreed }} - {{ chance_pairs(n, n_first, n_second) }})
    / nullif({{ n }} * {{ n }} - {{ chance_pairs(n, n_first, n_second) }}, 0)
{%- endmacro %}
{% macro chance_pairs(n, n_first, n_second) -%}
    ({{ n_first }} * {{ n_second }} + ({{ n }} - {{ n_first }}) * ({{ n }} - {{ n_second }}))
{%- endmacro %}

{# Krippendorff's alpha of two raters for interval values, 1 - observed / expected disagreement, over n pairs: sums of
   (a - b)^2 over the pairs, of v and v^2 over all 2n values. Written as one fraction. #}
{% macro krippendorff_alpha(n, squared_differences, values_sum, values_squares) -%}
    ({{ value_spread(n, values_sum, values_squares) }} - (2 * {{ n }} - 1) * {{ squared_differences }})
    / nullif({{ value_spread(n, values_sum, values_squares) }}, 0)
{%- endmacro %}
{% macro value_spread(n, values_sum, values_squares) -%}
    (2 * {{ n }} * {{ values_squares }} - {{ values_sum }} * {{ values_sum }})
{%- endmacro %}

{# The table that a data test is attached to, without the window; none while dbt only reads the project. #}
{% macro whole_table_of_test() -%}
    {%- if not execute or not model.attached_node -%}{% do return(none) %}{%- endif -%}
    {%- set node = graph.nodes[model.attached_node] -%}
    {% do return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) %}
{%- endmacro %}
