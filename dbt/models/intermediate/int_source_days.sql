{%- set sources = {
    'calls': {
        'rows': ref('stg_calls'),
        'fields': [
            ("outcome <> 'ivr_exit' and direction = 'inbound'", 'queue_id'),
            ("outcome = 'answered'", 'agent_id'),
            ("outcome = 'answered'", 'topic'),
            ("outcome = 'answered'", 'ended_by'),
            ('transfer_kind is not null', 'transfer_reason'),
        ],
        'sound': "ended_at >= entered_at and coalesce(answered_at between entered_at and ended_at, outcome <> 'answered')",
    },
    'ivr_steps': {
        'rows': ref('stg_ivr_steps'),
        'fields': [("result in ('agent', 'repeat')", 'key_pressed')],
        'sound': 'left_at >= entered_at',
    },
    'agent_states': {
        'rows': ref('stg_agent_states'),
        'fields': [("state in ('talk', 'hold', 'wrap')", 'call_id')],
        'sound': 'ended_at >= started_at',
    },
    'surveys': {
        'rows': ref('stg_surveys'),
        'fields': [('answer is not null', 'answered_at')],
        'sound': 'coalesce(answered_at >= invited_at, answer is null)',
    },
    'recordings': {
        'rows': ref('stg_recordings'),
        'fields': [('1 = 1', 'duration_seconds'), ('1 = 1', 'language')],
        'sound': 'coalesce(duration_seconds > 0, false)',
    },
    'transcripts': {
        'rows': ref('stg_transcripts'),
        'fields': [
            ("engine <> 'simulated' and status in ('ok', 'partial_audio')", 'duration_seconds'),
            ("status in ('failed', 'partial_audio')", 'error_code'),
        ],
        'sound': 'coalesce(overlap_seconds + silence_seconds <= duration_seconds + 0.01, true)',
    },
    'turns': {
        'rows': ref('stg_turns'),
        'fields': [('1 = 1', 'text_masked')],
        'sound': 'end_seconds >= start_seconds',
    },
    'inspections': {
        'rows': ref('stg_inspections'),
        'fields': [("outcome = 'hit'", 'turn_no'), ("outcome = 'hit'", 'at_seconds'), ("outcome = 'hit'", 'matched_text')],
        'sound': "(hit_no > 0) = (outcome = 'hit')",
    },
    'scores': {
        'rows': ref('stg_scores'),
        'fields': [("outcome in ('pass', 'fail')", 'points')],
        'sound': "points is null or outcome in ('pass', 'fail')",
    },
    'emotions': {
        'rows': ref('stg_emotions'),
        'fields': [('1 = 1', 'score_ratio')],
        'sound': "cue_text is null or emotion <> 'neutral'",
    },
    'emotion_episodes': {
        'rows': ref('stg_emotion_episodes'),
        'fields': [('1 = 1', 'emotion')],
        'sound': 'turn_no >= 1',
    },
} %}
-- The large sources. Completeness looks at columns that may be null, in the rows where they should not be; soundness at
-- rows that agree with themselves. What is forbidden never reaches the lake.
{% for source, judged in sources.items() %}
    select
        '{{ source }}' as source_name,
        partition_date as source_date,
        count(*) as n_rows,
        {% for condition, column in judged.fields %}
            count(*) filter (where {{ condition }}){% if not loop.last %} +{% endif %}
        {% endfor %} as n_fields,
        {% for condition, column in judged.fields %}
            count(*) filter (where ({{ condition }}) and {{ column }} is not null){% if not loop.last %} +{% endif %}
        {% endfor %} as n_filled,
        count(*) filter (where {{ judged.sound }}) as n_sound
    from {{ judged.rows }}
    where {{ days_between('partition_date') }}
    group by partition_date
    {% if not loop.last %}union all{% endif %}
{% endfor %}
