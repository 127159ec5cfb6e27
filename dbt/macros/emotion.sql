{# Points of the five parts of an answer to a negative emotion; together 100. The weights are ours: 《呼叫中心质量监控细则》
   六(一) gives the pass mark of 85, 二(一) names soothing phrases and the speech rate. #}
{% macro emotion_points() -%}
    {%- set rubric = {
        'is_soothed': 30, 'is_uninterrupted': 15, 'is_rate_in_band': 15, 'is_solution_offered': 25, 'is_emotion_no_worse': 15
    } -%}
    {%- for part, points in rubric.items() %}case when {{ part }} then {{ points }} else 0 end{% if not loop.last %} + {% endif %}{% endfor -%}
{%- endmacro %}
