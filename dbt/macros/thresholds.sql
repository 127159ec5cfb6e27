{# Thresholds that a formula rests on, named once; a run may set another with --vars. Where they come from:
   takeover_*: 《呼叫中心质量监控细则》三(三) gives 15 % in 30 minutes; the way back (below 10 % twice) and the least number of
   dialogues are ours, so that a channel does not switch to and fro on noise. containment_hours, kb_*, gold_*: ours. #}
{% macro threshold(name) -%}
    {%- set thresholds = {
        'takeover_switch_share': 0.15,
        'takeover_back_share': 0.10,
        'takeover_minimum_dialogues': 20,
        'takeover_failed_turns': 2,
        'containment_hours': 24,
        'kb_substantive_share': 0.1,
        'kb_usage_days': 90,
        'gold_minimum_n': 30,
    } -%}
    {%- if name not in thresholds -%}{{ exceptions.raise_compiler_error("no threshold is called " ~ name) }}{%- endif -%}
    {{ var(name, thresholds[name]) }}
{%- endmacro %}

{# Points of the five parts of an answer to a negative emotion; together 100. The weights are ours: 《呼叫中心质量监控细则》
   六(一) gives the pass mark of 85, 二(一) names soothing phrases and the speech rate. #}
{% macro emotion_points() -%}
    {%- set rubric = {
        'is_soothed': 30, 'is_uninterrupted': 15, 'is_rate_in_band': 15, 'is_solution_offered': 25, 'is_emotion_no_worse': 15
    } -%}
    {%- for part, points in rubric.items() %}case when {{ part }} then {{ points }} else 0 end{% if not loop.last %} + {% endif %}{% endfor -%}
{%- endmacro %}
