{# Settings of manual quality control, and what DuckDB and Spark spell differently about it. #}

{# Level 2: samples of one agent in one month (《呼叫中心质量监控细则》三(一)). #}
{% macro level2_quota() -%}20{%- endmacro %}

{# Level 3: days after the call within which it is reviewed, and the score below which a level-2 review calls for it. #}
{% macro level3_days() -%}7{%- endmacro %}
{% macro low_score_points() -%}60{%- endmacro %}

{# An agent is new for so many days; scores are unstable from this standard deviation on, in points. #}
{% macro new_agent_days() -%}90{%- endmacro %}
{% macro unstable_points() -%}12{%- endmacro %}

{# Reviewers are calibrated when their agreement (kappa or alpha) is below this. #}
{% macro calibrate_below() -%}cast(0.7 as double){%- endmacro %}

{# Fewer pairs tell nothing about agreement. #}
{% macro calibrate_minimum_pairs() -%}10{%- endmacro %}

{# Days after which an issue that comes back is no recurrence any more. #}
{% macro recurrence_days() -%}30{%- endmacro %}

{# A text that orders rows like chance would, the same on every run and engine: md5 of seed and id. #}
{% macro pseudo_random(seed, id) -%}{{ adapter.dispatch('pseudo_random', 'lingting')(seed, id) }}{%- endmacro %}
{% macro duckdb__pseudo_random(seed, id) -%}md5({{ seed }} || '|' || {{ id }}){%- endmacro %}
{% macro spark__pseudo_random(seed, id) -%}md5(concat({{ seed }}, '|', {{ id }})){%- endmacro %}

{# The middle value; of an even number of values the mean of the two in the middle. #}
{% macro median_of(value) -%}{{ adapter.dispatch('median_of', 'lingting')(value) }}{%- endmacro %}
{% macro duckdb__median_of(value) -%}quantile_cont({{ value }}, 0.5){%- endmacro %}
{% macro spark__median_of(value) -%}percentile({{ value }}, 0.5){%- endmacro %}

{# Whole days from one date to another. #}
{% macro days_from_to(first, last) -%}{{ adapter.dispatch('days_from_to', 'lingting')(first, last) }}{%- endmacro %}
{% macro duckdb__days_from_to(first, last) -%}cast({{ last }} - {{ first }} as bigint){%- endmacro %}
{% macro spark__days_from_to(first, last) -%}cast(datediff({{ last }}, {{ first }}) as bigint){%- endmacro %}

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
