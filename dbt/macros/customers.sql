{# What a customer has a right to. #}

{# Microseconds of so many hours #}
{% macro hours_us(hours) -%}{{ hours * 3600000000 }}{%- endmacro %}

{# What became of an entity within so many days after a moment: `yes`, `no`, or `open` while the days are running. #}
{% macro within_days(event_at, from_at, days, yes, no) -%}
    case
        when {{ event_at }} <= {{ from_at }} + interval '{{ days }}' day then '{{ yes }}'
        when {{ from_at }} + interval '{{ days }}' day > loaded_until_at then 'open'
        else '{{ no }}'
    end
{%- endmacro %}
