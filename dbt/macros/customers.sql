{# What a customer has a right to. #}

{# Microseconds of so many hours #}
{% macro hours_us(hours) -%}{{ hours * 3600000000 }}{%- endmacro %}

{# What became of an entity within so many days after a moment, as far as it is known: `yes`, `no`, or `open` while the days
   are running. For the entity itself; a KPI counts only what is_over says, because a `yes` is known sooner than a `no`. #}
{% macro within_days(event_at, from_at, days, yes, no) -%}
    case
        when {{ event_at }} <= {{ from_at }} + interval '{{ days }}' day then '{{ yes }}'
        when {{ from_at }} + interval '{{ days }}' day > loaded_until_at then 'open'
        else '{{ no }}'
    end
{%- endmacro %}

{# Whether so many days after a moment lie within the data, so that every outcome would have been seen. #}
{% macro is_over(from_at, days) -%}
    coalesce({{ from_at }} + interval '{{ days }}' day <= loaded_until_at, false)
{%- endmacro %}
