{# Where a lake source is read from. source() keeps the lineage; a unit test puts its own rows in its place. #}
{% macro lake(name) -%}
    {%- set relation = source('lake', name) -%}
    {%- if relation is none or relation.is_cte -%}
        {{ relation }}
    {%- else -%}
        {{ adapter.dispatch('lake_files', 'lingting')(name) }}
    {%- endif -%}
{%- endmacro %}

{# Asked only while models run: what dbt parses is the same in every home, so that a parse can be used in another. #}
{% macro lake_root() -%}
    {%- if execute -%}{{ env_var("LINGTING_HOME") | replace("'", "''") }}/lake{%- endif -%}
{%- endmacro %}

{% macro duckdb__lake_files(name) -%}
    read_parquet('{{ lake_root() }}/{{ name }}/dt=*/part-0.parquet', hive_partitioning = true)
{%- endmacro %}

{% macro spark__lake_files(name) -%}
    parquet.`{{ lake_root() }}/{{ name }}`
{%- endmacro %}

{# One row a loaded day of a source, column partition_date: the folder names only, no file is opened on DuckDB. #}
{% macro lake_days(name) -%}
    {%- set relation = source('lake', name) -%}
    {{ adapter.dispatch('lake_day_rows', 'lingting')(name) }}
{%- endmacro %}

{% macro duckdb__lake_day_rows(name) -%}
    (
        select cast(regexp_extract(file, 'dt=([0-9-]+)/part-0.parquet$', 1) as date) as partition_date
        from glob('{{ lake_root() }}/{{ name }}/dt=*/part-0.parquet')
    )
{%- endmacro %}

{% macro spark__lake_day_rows(name) -%}
    (
        select distinct cast(dt as date) as partition_date
        from parquet.`{{ lake_root() }}/{{ name }}`
    )
{%- endmacro %}

{# How many rows each loaded file brought of each source by local day, and how many were rejected why; written by the
   loader, a folder for each day of the rows (dt). #}
{% macro lake_loads() -%}{{ adapter.dispatch('lake_load_files', 'lingting')() }}{%- endmacro %}

{% macro duckdb__lake_load_files() -%}
    read_parquet('{{ lake_root() }}/_counts/dt=*/*.parquet', hive_partitioning = true)
{%- endmacro %}

{% macro spark__lake_load_files() -%}
    parquet.`{{ lake_root() }}/_counts`
{%- endmacro %}
