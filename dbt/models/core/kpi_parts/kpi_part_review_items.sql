with items as (
    select
        i.review_date as kpi_date,
        i.queue_id,
        i.agent_id,
        i.is_sample and i.is_behaviour and i.is_applicable as is_behaviour_item,
        i.is_passed,
        i.is_deducted,
        i.evidence_text is not null as has_evidence,
        f.review_id is not null and (i.is_applicable or f.is_applicable) as is_checked_again,
        coalesce(i.score_points, -1) = coalesce(f.score_points, -1)
        and coalesce(i.error_kind, '') = coalesce(f.error_kind, '') as is_unchanged
    from {{ ref('fct_review_item') }} as i
    -- A blind second scoring judges nobody; a re-check and an appeal judge the first scoring.
    left join {{ ref('fct_review_item') }} as f
        on
            case when i.review_kind in ('recheck', 'appeal') then i.about_review_id end = f.review_id
            and i.dimension = f.dimension
),

days as (
    select
        kpi_date,
        queue_id,
        agent_id,
        cast(null as {{ type_text() }}) as no_agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) filter (where is_behaviour_item) as behaviour_items,
        count(*) filter (where is_behaviour_item and is_passed) as behaviour_passed,
        count(*) filter (where is_deducted) as deductions,
        count(*) filter (where is_deducted and has_evidence) as with_evidence,
        count(*) filter (where is_checked_again) as checked_again,
        count(*) filter (where is_checked_again and is_unchanged) as unchanged
    from items
    group by kpi_date, queue_id, agent_id
)

-- What judges the reviewer belongs to the queue, not to the agent.
{% for kpi, good, base, agent in [
    ('behaviour_compliance', 'behaviour_passed', 'behaviour_items', 'agent_id'),
    ('review_evidence', 'with_evidence', 'deductions', 'no_agent_id'),
    ('inspector_accuracy', 'unchanged', 'checked_again', 'no_agent_id'),
] %}
    select
        kpi_date,
        queue_id,
        {{ agent }} as agent_id,
        channel,
        {{ kpi_part(kpi, kpi, good, base) }}
    from days
    {% if not loop.last %}union all{% endif %}
{% endfor %}
