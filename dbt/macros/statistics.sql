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

{# Ends of the 95 % interval of a KPI's value; which one is the catalogue's interval_kind, none for a plain number. #}
{% macro interval_low(kind, value, n, sum_of_squares) -%}
    case
        when {{ kind }} = 'wilson' and {{ n }} > 0 then {{ wilson_low(value, n) }}
        when {{ kind }} = 'normal' and {{ n }} > 1 then {{ value }} - {{ mean_margin(value, n, sum_of_squares) }}
    end
{%- endmacro %}
{% macro interval_high(kind, value, n, sum_of_squares) -%}
    case
        when {{ kind }} = 'wilson' and {{ n }} > 0 then {{ wilson_high(value, n) }}
        when {{ kind }} = 'normal' and {{ n }} > 1 then {{ value }} + {{ mean_margin(value, n, sum_of_squares) }}
    end
{%- endmacro %}

{# Quantile p of a column, linear between the two nearest values #}
{% macro quantile_of(value, p) -%}{{ adapter.dispatch('quantile_of', 'lingting')(value, p) }}{%- endmacro %}
{% macro duckdb__quantile_of(value, p) -%}quantile_cont({{ value }}, {{ p }}){%- endmacro %}
{% macro spark__quantile_of(value, p) -%}percentile({{ value }}, {{ p }}){%- endmacro %}

{# How far a value lies from the median, in units that equal standard deviations for normal data. `spread`: a relation
   with median_value and deviation (the median absolute deviation). Null when all others are equal. #}
{% macro robust_z(value, spread) -%}
    0.6745 * ({{ value }} - {{ spread }}.median_value) / nullif({{ spread }}.deviation, 0)
{%- endmacro %}

{# Beyond 3.5 a robust z is an outlier (Iglewicz and Hoaglin), but only where the 95 % interval leaves the median out: a few
   weeks can lie close together by luck, and chance alone would then be called an outlier. `week`: a relation with kpi_value,
   n, sum_of_squares and interval_kind; `teams`, `past`: as in robust_z. #}
{% macro outlier_reason(week, teams, past) -%}
    case
        when {{ is_outlier(week, teams) }} and {{ is_outlier(week, past) }} then 'both'
        when {{ is_outlier(week, teams) }} then 'teams'
        when {{ is_outlier(week, past) }} then 'past'
    end
{%- endmacro %}

{% macro is_outlier(week, spread) -%}
    {%- set of_week = [week ~ '.interval_kind', week ~ '.kpi_value', week ~ '.n', week ~ '.sum_of_squares'] -%}
    (
        abs({{ robust_z(week ~ '.kpi_value', spread) }}) > 3.5
        and coalesce({{ spread }}.median_value not between {{ interval_low(*of_week) }} and {{ interval_high(*of_week) }}, true)
    )
{%- endmacro %}
