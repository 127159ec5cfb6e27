-- Of the coverage only the inspected segments; its base comes from kpi_part_segments, so that both are counted on their own.
-- Pace and interruptions: recordings in which the agent speaks and the speakers are told apart.
with days as (
    select
        call_date as kpi_date,
        queue_id,
        agent_id,
        count(distinct call_id) as inspected,
        count(n_interruptions) filter (where agent_turn_seconds > 0) as two_sided,
        count(*) filter (where agent_turn_seconds > 0 and n_interruptions = 0) as uninterrupted,
        count(characters_per_minute) as paced,
        count(*) filter (
            where characters_per_minute between {{ var('speech_rate_lowest') }} and {{ var('speech_rate_highest') }}
        ) as in_band,
        sum(case when characters_per_minute is not null then n_agent_chars else 0 end) as characters,
        {{ exact_sum('case when characters_per_minute is not null then agent_turn_seconds else 0 end') }} / 60 as turn_minutes,
        {{ exact_sum('case when characters_per_minute is not null then agent_talk_seconds else 0 end') }} / 60 as talk_minutes
    from {{ ref('fct_transcript') }}
    where is_segment and is_inspected
    group by call_date, queue_id, agent_id
)

select kpi_date, queue_id, agent_id, {{ kpi_part('qc_coverage', 'qc_coverage', 'inspected', '0', n='0') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('no_interruption', 'no_interruption', 'uninterrupted', 'two_sided') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('speech_rate', 'gross', 'characters', 'turn_minutes', n='paced') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('speech_rate', 'net', 'characters', 'talk_minutes', n='paced') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('speech_rate_band', 'speech_rate_band', 'in_band', 'paced') }} from days
