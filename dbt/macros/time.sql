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

{# First day of the week (Monday), month or quarter that holds a date #}
{% macro period_start(grain, day) -%}cast(date_trunc('{{ grain }}', {{ day }}) as date){%- endmacro %}

{# Local wall-clock microseconds since Monday 1970-01-05, whole numbers: weeks and business hours are counted from there #}
{% macro local_microseconds(ts) -%}
    {{ elapsed_microseconds("cast('1970-01-05 00:00:00' as " ~ type_ts() ~ ")", to_local(ts)) }}
{%- endmacro %}

{# 1 = Monday … 7 = Sunday, of local microseconds #}
{% macro weekday_of_microseconds(local_us) -%}
    (floor({{ local_us }} / 86400000000) - floor({{ local_us }} / 604800000000) * 7 + 1)
{%- endmacro %}

{# Business microseconds since Monday 1970-01-05, of local microseconds; `week` is the weekday's row of int_business_week.
   Differences of this clock are business time. #}
{% macro business_clock(local_us, week) -%}
    cast(
        floor({{ local_us }} / 604800000000) * {{ week }}.week_us + {{ week }}.before_us
        + least(greatest({{ local_us }} - floor({{ local_us }} / 86400000000) * 86400000000 - {{ week }}.opens_us, 0), {{ week }}.open_us)
        as bigint
    )
{%- endmacro %}

{# A time so many microseconds later #}
{% macro add_microseconds(ts, microseconds) -%}
    {{ adapter.dispatch('add_microseconds', 'lingting')(ts, microseconds) }}
{%- endmacro %}
{% macro duckdb__add_microseconds(ts, microseconds) -%}({{ ts }} + to_microseconds(cast({{ microseconds }} as bigint))){%- endmacro %}
{% macro spark__add_microseconds(ts, microseconds) -%}timestampadd(microsecond, {{ microseconds }}, {{ ts }}){%- endmacro %}

{# A day so many days later (or earlier, below zero) #}
{% macro add_days(day, days) -%}{{ adapter.dispatch('add_days', 'lingting')(day, days) }}{%- endmacro %}
{% macro duckdb__add_days(day, days) -%}({{ day }} + cast({{ days }} as integer)){%- endmacro %}
{% macro spark__add_days(day, days) -%}date_add({{ day }}, cast({{ days }} as integer)){%- endmacro %}

{# UTC time at which the half hour of a UTC time starts; zones are whole half hours away from UTC #}
{% macro half_hour_start(ts) -%}{{ adapter.dispatch('half_hour_start', 'lingting')(ts) }}{%- endmacro %}
{% macro duckdb__half_hour_start(ts) -%}time_bucket(interval '30 minutes', {{ ts }}){%- endmacro %}
{% macro spark__half_hour_start(ts) -%}
    cast(date_trunc('hour', {{ ts }}) as timestamp_ntz)
    + case when extract(minute from {{ ts }}) >= 30 then interval '30' minute else interval '0' minute end
{%- endmacro %}

{# Whole days from one date to another #}
{% macro days_from(from_day, to_day) -%}{{ adapter.dispatch('days_from', 'lingting')(from_day, to_day) }}{%- endmacro %}
{% macro duckdb__days_from(from_day, to_day) -%}(cast({{ to_day }} as date) - cast({{ from_day }} as date)){%- endmacro %}
{% macro spark__days_from(from_day, to_day) -%}cast(datediff({{ to_day }}, {{ from_day }}) as bigint){%- endmacro %}

{# Last day of the month that lies so many months after a day's month #}
{% macro month_end_after(day, months) -%}{{ adapter.dispatch('month_end_after', 'lingting')(day, months) }}{%- endmacro %}
{% macro duckdb__month_end_after(day, months) -%}
    last_day(cast({{ day }} + to_months(cast({{ months }} as integer)) as date))
{%- endmacro %}
{% macro spark__month_end_after(day, months) -%}last_day(add_months({{ day }}, cast({{ months }} as int))){%- endmacro %}

{# UTC time at which a local half hour (0 … 47) of a day begins #}
{% macro local_half_hour_start(day, half_hour) -%}
    {{ to_utc("(cast(" ~ day ~ " as " ~ type_ts() ~ ") + " ~ half_hour ~ " * interval '30' minute)") }}
{%- endmacro %}
