{# What a customer has a right to, and how far back and forward a ticket is looked at. #}

{# Microseconds of so many hours #}
{% macro hours_us(hours) -%}{{ hours * 3600000000 }}{%- endmacro %}

{# Days after its opening after which nothing that happens to a ticket is counted; a daily run recounts so many days #}
{% macro ticket_days() -%}60{%- endmacro %}

{# What became of an entity within so many days after a moment: `yes`, `no`, or `open` while the days are running. #}
{% macro within_days(event_at, from_at, days, yes, no) -%}
    case
        when {{ event_at }} <= {{ from_at }} + interval '{{ days }}' day then '{{ yes }}'
        when {{ from_at }} + interval '{{ days }}' day > loaded_until_at then 'open'
        else '{{ no }}'
    end
{%- endmacro %}
