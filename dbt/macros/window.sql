{# The window of changed days. It is decided once, at the start of a run, and written into the table run_window:
   - no start_ds/end_ds, or --full-refresh: everything;
   - a model has no table yet: everything (a window would leave its history empty);
   - the window begins after a gap: it is widened back to the day after the last built one, because values that were
     open then (repeat-call windows) have become final.
   Models then ask for days_between() when they read and replaced_days() for what they write. #}

{% macro parse_day(text) -%}
    {% do return(modules.datetime.datetime.strptime(text | string, '%Y-%m-%d').date()) %}
{%- endmacro %}

{# Vars are read when dbt parses: another day is another project, and everything is parsed again. The environment is only
   asked while models run, so the daily job names its window there. #}
{% macro asked_window() -%}
    {%- set first = var('start_ds', none) or env_var('LINGTING_START_DS', '') or none -%}
    {%- set last = var('end_ds', none) or env_var('LINGTING_END_DS', '') or none -%}
    {%- if (first is none) != (last is none) -%}
        {{ exceptions.raise_compiler_error("Give both start_ds and end_ds, or neither to rebuild everything.") }}
    {%- endif -%}
    {%- if first is none or flags.FULL_REFRESH -%}{% do return(none) %}{%- endif -%}
    {%- set window = {'start': parse_day(first), 'end': parse_day(last)} -%}
    {%- if window.start > window.end -%}
        {{ exceptions.raise_compiler_error("start_ds " ~ first ~ " is after end_ds " ~ last ~ "; swap them.") }}
    {%- endif -%}
    {% do return(window) %}
{%- endmacro %}

{% macro every_table_exists() -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.config.materialized == 'incremental' -%}
        {%- if adapter.get_relation(node.database, node.schema, node.alias) is none -%}{% do return(false) %}{%- endif -%}
    {%- endfor -%}
    {% do return(adapter.get_relation(target.database, target.schema, 'run_window') is not none) %}
{%- endmacro %}

{% macro effective_window() -%}
    {%- set window = asked_window() -%}
    {%- if window is none or not every_table_exists() -%}{% do return(none) %}{%- endif -%}
    {%- set built = run_query("select cast(max(visit_date) as varchar(10)) from " ~ target.schema ~ ".fct_queue_visit") -%}
    {%- set last_built = built.columns[0].values()[0] -%}
    {%- if last_built is none -%}{% do return(none) %}{%- endif -%}
    {%- set next_day = parse_day(last_built) + modules.datetime.timedelta(days=1) -%}
    {% do return({'start': [window.start, next_day] | min, 'end': window.end}) %}
{%- endmacro %}

{% macro record_run_window() -%}
    {%- if execute -%}
        {%- set window = effective_window() -%}
        create or replace table {{ target.schema }}.run_window as
        select
            '{{ invocation_id }}' as run_id,
            {{ "cast('" ~ window.start ~ "' as date)" if window else "cast(null as date)" }} as start_date,
            {{ "cast('" ~ window.end ~ "' as date)" if window else "cast(null as date)" }} as end_date
    {%- endif -%}
{%- endmacro %}

{# The window of this run as {'start': date, 'end': date}, or none for everything. #}
{% macro run_window() -%}
    {%- if not execute or model.resource_type == 'unit_test' or asked_window() is none -%}{% do return(none) %}{%- endif -%}
    {%- if adapter.get_relation(target.database, target.schema, 'run_window') is none -%}{% do return(none) %}{%- endif -%}
    {%- set found = run_query(
        "select cast(start_date as varchar(10)), cast(end_date as varchar(10)) from " ~ target.schema
        ~ ".run_window where run_id = '" ~ invocation_id ~ "' and start_date is not null"
    ) -%}
    {%- if found.rows | length == 0 -%}{% do return(none) %}{%- endif -%}
    {% do return({'start': parse_day(found.rows[0][0]), 'end': parse_day(found.rows[0][1])}) %}
{%- endmacro %}

{# Condition: the day lies in the window widened by so many days on each side. #}
{% macro days_between(column, back=0, forward=0) -%}
    {{ range_condition({'column': column, 'back': back, 'forward': forward}) }}
{%- endmacro %}

{# Condition for the rows that this model replaces in this run; declared as meta.window in the model's yml. #}
{% macro replaced_days(column=none) -%}
    {%- if not execute or model.resource_type == 'unit_test' -%}
        1 = 1
    {%- else -%}
        {%- set declared = model.config.meta.window -%}
        {{ range_condition(dict(declared, column=column or declared.column)) }}
    {%- endif -%}
{%- endmacro %}

{# Condition: days needed to recompute every period that replaced_days() touches: days, weeks and months, and quarters too
   with longest = 'quarter' (meta.window.longest, or asked for here). #}
{% macro days_of_replaced_periods(column, longest=none) -%}
    {%- if not execute or model.resource_type == 'unit_test' -%}
        1 = 1
    {%- else -%}
        {%- set declared = model.config.meta.window -%}
        {%- set longest = longest or declared.get('longest', 'month') -%}
        {{ range_condition(dict(declared, column=column, longest=longest, whole_periods=true, period='day')) }}
    {%- endif -%}
{%- endmacro %}

{# declared: column; back, forward: days, or forward `all` where a day that changed can change all that follow; period:
   day | month | mixed (mixed: the row's own column `grain` says). #}
{% macro range_condition(declared) -%}
    {%- set window = run_window() -%}
    {%- if window is none -%}{% do return('1 = 1') %}{%- endif -%}
    {%- set first = window.start - modules.datetime.timedelta(days=declared.get('back', 0) | int) -%}
    {%- if declared.get('forward') == 'all' -%}
        {%- set last = modules.datetime.date(9000, 1, 1) -%}
    {%- else -%}
        {%- set last = window.end + modules.datetime.timedelta(days=declared.get('forward', 0) | int) -%}
    {%- endif -%}
    {%- set period, column = declared.get('period', 'day'), declared.column -%}
    {%- if declared.get('whole_periods') -%}
        {%- set has_quarters = declared.get('longest') == 'quarter' -%}
        {%- set first = [monday_of(first), quarter_of(first) if has_quarters else first.replace(day=1)] | min -%}
        {%- set last = last + modules.datetime.timedelta(days=92 if has_quarters else 31) -%}
    {%- endif -%}
    {%- set day = column ~ " between date '" ~ first ~ "' and date '" ~ last ~ "'" -%}
    {%- set month = column ~ " between date '" ~ first.replace(day=1) ~ "' and date '" ~ last.replace(day=1) ~ "'" -%}
    {%- set week = column ~ " between date '" ~ monday_of(first) ~ "' and date '" ~ monday_of(last) ~ "'" -%}
    {%- set quarter = column ~ " between date '" ~ quarter_of(first) ~ "' and date '" ~ quarter_of(last) ~ "'" -%}
    {%- if period == 'mixed' -%}
        {%- set conditions = [] -%}
        {%- for grain, condition in {'day': day, 'week': week, 'month': month, 'quarter': quarter}.items() -%}
            {%- do conditions.append("(grain = '" ~ grain ~ "' and " ~ condition ~ ")") -%}
        {%- endfor -%}
        {#- A quarter that holds the first day begins before all other periods; said apart, so that old rows are skipped unread. #}
        {%- set any = column ~ " between date '" ~ [quarter_of(first), monday_of(first)] | min ~ "' and date '" ~ last ~ "'" -%}
        {% do return("(" ~ any ~ " and (" ~ conditions | join(' or ') ~ "))") %}
    {%- endif -%}
    {% do return(month if period == 'month' else day) %}
{%- endmacro %}

{% macro monday_of(day) -%}
    {% do return(day - modules.datetime.timedelta(days=day.weekday())) %}
{%- endmacro %}

{% macro quarter_of(day) -%}
    {% do return(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)) %}
{%- endmacro %}
