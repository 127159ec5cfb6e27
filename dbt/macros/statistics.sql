{# 95 % intervals. 1.959964 is the 97.5 % quantile of the normal distribution. #}

{% macro z95() -%}cast(1.959964 as double){%- endmacro %}

{# Wilson score interval of a proportion p of n trials: centre ± spread, over a common scale. #}
{% macro wilson_low(p, n) -%}
    ({{ wilson_centre(p, n) }} - {{ wilson_spread(p, n) }}) / (1 + {{ z95() }} * {{ z95() }} / {{ n }})
{%- endmacro %}

{% macro wilson_high(p, n) -%}
    ({{ wilson_centre(p, n) }} + {{ wilson_spread(p, n) }}) / (1 + {{ z95() }} * {{ z95() }} / {{ n }})
{%- endmacro %}

{% macro wilson_centre(p, n) -%}({{ p }} + {{ z95() }} * {{ z95() }} / (2 * {{ n }})){%- endmacro %}

{% macro wilson_spread(p, n) -%}
    {{ z95() }} * sqrt({{ p }} * (1 - {{ p }}) / {{ n }} + {{ z95() }} * {{ z95() }} / (4 * cast({{ n }} as double) * {{ n }}))
{%- endmacro %}

{# Half width of the normal interval of a mean over n rows, from their sum of squares: 1.96 * sqrt(variance / n).
   For NPS (rows are +100, 0, -100) this is the margin 1.96 * sqrt((p + d - (p - d)^2) / n) in points. #}
{% macro mean_margin(mean, n, sum_of_squares) -%}
    {{ z95() }} * sqrt(
        case
            when {{ sum_of_squares }} / {{ n }} - {{ mean }} * {{ mean }} > 0
                then ({{ sum_of_squares }} / {{ n }} - {{ mean }} * {{ mean }}) / {{ n }}
            else 0
        end
    )
{%- endmacro %}
