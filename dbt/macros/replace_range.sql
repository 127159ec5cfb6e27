{# Incremental strategy `replace_range`: clear the model's window, then put in what the model gives for it. Unlike
   delete+insert by key it also clears a day that has no rows any more. The window is meta.window of the model. With
   unique_key it replaces, besides, what it gives again of older days: long stories that have gone on. #}
{% macro get_incremental_replace_range_sql(arg_dict) %}
    {%- set columns = get_quoted_csv(arg_dict["dest_columns"] | map(attribute="name")) -%}
    delete from {{ arg_dict["target_relation"] }} where {{ replaced_days() }}
    {%- if arg_dict["unique_key"] %}
        or {{ arg_dict["unique_key"] }} in (select {{ arg_dict["unique_key"] }} from {{ arg_dict["temp_relation"] }})
    {%- endif %};
    insert into {{ arg_dict["target_relation"] }} ({{ columns }}) (select {{ columns }} from {{ arg_dict["temp_relation"] }})
{% endmacro %}

{# Without a window an incremental model is rebuilt: dropping a table is cheaper than deleting all of its rows. #}
{% macro should_full_refresh() %}
    {% do return(flags.FULL_REFRESH or run_window() is none) %}
{% endmacro %}

{# A data test looks at the rows that its model replaced in this run, so that one more day costs the same whatever the
   history; a run without a window tests everything. #}
{% macro default__get_where_subquery(relation) -%}
    {%- set conditions = [] -%}
    {%- if config.get('where') -%}{%- do conditions.append(config.get('where')) -%}{%- endif -%}
    {%- for node in (graph.nodes.values() if execute else []) if node.resource_type == 'model' and node.alias == relation.identifier -%}
        {%- if node.config.meta.get('window') -%}{%- do conditions.append(range_condition(node.config.meta.window)) -%}{%- endif -%}
    {%- endfor -%}
    {%- if not conditions -%}{% do return(relation) %}{%- endif -%}
    {% do return("(select * from " ~ relation ~ " where " ~ conditions | join(' and ') ~ ") as tested_rows") %}
{%- endmacro %}
