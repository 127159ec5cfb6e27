{# Everything about time that DuckDB and Spark spell differently. Stored times are UTC without a zone. #}

{% macro type_ts() -%}{{ adapter.dispatch('type_ts', 'lingting')() }}{%- endmacro %}
{% macro duckdb__type_ts() -%}timestamp{%- endmacro %}
{% macro spark__type_ts() -%}timestamp_ntz{%- endmacro %}

{% macro local_zone() -%}{{ env_var('LINGTING_TIMEZONE', 'Asia/Shanghai') }}{%- endmacro %}

{# UTC time -> wall-clock time of the centre #}
{% macro to_local(ts) -%}{{ adapter.dispatch('to_local', 'lingting')(ts) }}{%- endmacro %}
{% macro duckdb__to_local(ts) -%}(({{ ts }} at time zone 'UTC') at time zone '{{ local_zone() }}'){%- endmacro %}
{% macro spark__to_local(ts) -%}convert_timezone('UTC', '{{ local_zone() }}', {{ ts }}){%- endmacro %}

{# wall-clock time of the centre -> UTC time #}
{% macro to_utc(ts) -%}{{ adapter.dispatch('to_utc', 'lingting')(ts) }}{%- endmacro %}
{% macro duckdb__to_utc(ts) -%}(({{ ts }} at time zone '{{ local_zone() }}') at time zone 'UTC'){%- endmacro %}
{% macro spark__to_utc(ts) -%}convert_timezone('{{ local_zone() }}', 'UTC', {{ ts }}){%- endmacro %}

{% macro local_date(ts) -%}cast({{ to_local(ts) }} as date){%- endmacro %}

{# 0 for 00:00-00:29 local time, 47 for 23:30-23:59 #}
{% macro half_hour_of(ts) -%}
    cast(
        extract(hour from {{ to_local(ts) }}) * 2 + case when extract(minute from {{ to_local(ts) }}) >= 30 then 1 else 0 end
        as bigint
    )
{%- endmacro %}

{# UTC time at which the local day ends #}
{% macro local_day_end(day) -%}{{ adapter.dispatch('local_day_end', 'lingting')(day) }}{%- endmacro %}
{% macro duckdb__local_day_end(day) -%}{{ to_utc("cast(" ~ day ~ " + 1 as timestamp)") }}{%- endmacro %}
{% macro spark__local_day_end(day) -%}{{ to_utc("cast(date_add(" ~ day ~ ", 1) as timestamp_ntz)") }}{%- endmacro %}

{% macro elapsed_microseconds(from_ts, to_ts) -%}
    {{ adapter.dispatch('elapsed_microseconds', 'lingting')(from_ts, to_ts) }}
{%- endmacro %}
{% macro duckdb__elapsed_microseconds(from_ts, to_ts) -%}(epoch_us({{ to_ts }}) - epoch_us({{ from_ts }})){%- endmacro %}
{% macro spark__elapsed_microseconds(from_ts, to_ts) -%}
    timestampdiff(microsecond, {{ from_ts }}, {{ to_ts }})
{%- endmacro %}

{# Seconds as double, exact to the microsecond #}
{% macro elapsed_seconds(from_ts, to_ts) -%}
    (cast({{ elapsed_microseconds(from_ts, to_ts) }} as double) / cast(1000000 as double))
{%- endmacro %}

{# 1 = Monday … 7 = Sunday #}
{% macro iso_weekday(day) -%}{{ adapter.dispatch('iso_weekday', 'lingting')(day) }}{%- endmacro %}
{% macro duckdb__iso_weekday(day) -%}cast(extract(isodow from {{ day }}) as bigint){%- endmacro %}
{% macro spark__iso_weekday(day) -%}cast(weekday({{ day }}) + 1 as bigint){%- endmacro %}

{# First day of the week (Monday) or month that holds a date #}
{% macro period_start(grain, day) -%}cast(date_trunc('{{ grain }}', {{ day }}) as date){%- endmacro %}
