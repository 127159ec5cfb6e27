{# 95 % intervals. 1.959964 is the 97.5 % quantile of the normal distribution. #}

{% macro z95() -%}cast(1.959964 as double){%- endmacro %}

{# Wilson score interval of a proportion p of n trials; sign is '-' or '+'. #}
{% macro wilson_bound(p, n, sign) -%}
    (
        ({{ p }} + {{ z95() }} * {{ z95() }} / (2 * {{ n }}))
        {{ sign }} {{ z95() }} * sqrt(
            {{ p }} * (1 - {{ p }}) / {{ n }} + {{ z95() }} * {{ z95() }} / (4 * cast({{ n }} as double) * {{ n }})
        )
    ) / (1 + {{ z95() }} * {{ z95() }} / {{ n }})
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
