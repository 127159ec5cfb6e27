with followed as (
    select
        s.*,
        i.known_until_date,
        lead(s.step_date) over (partition by s.issue_id order by s.happened_at nulls last, s.issue_step_id nulls last) as next_date,
        cast(s.step_date + interval '{{ var("recurrence_days") }}' day as date) as settled_date
    from {{ ref('fct_issue_step') }} as s
    inner join {{ ref('fct_issue') }} as i on s.issue_id = i.issue_id
),

days as (
    select distinct visit_date as kpi_date
    from {{ ref('fct_queue_visit') }}
),

counted as (
    {% for part, day, good, base, condition in [
        ('closed_over_opened', 'step_date', 'is_closing', "step = 'found'", "is_closing or step = 'found'"),
        ('assigned', 'step_date', 'owner_id is not null and due_date is not null', '1 = 1', "step = 'found'"),
        ('recurrence', 'settled_date', 'next_date <= settled_date', '1 = 1', 'is_closing and settled_date <= known_until_date'),
        ('separation', 'step_date', 'by_id = owner_id', '1 = 1', "step = 'verified'"),
    ] %}
        select
            '{{ part }}' as part,
            {{ day }} as kpi_date,
            queue_id,
            case when {{ good }} then 1 else 0 end as good,
            case when {{ base }} then 1 else 0 end as base
        from followed
        where {{ condition }}
        union all
    {% endfor %}
    select
        'closure_due' as part,
        due_date as kpi_date,
        queue_id,
        case when is_closed_when_due then 1 else 0 end as good,
        1 as base
    from {{ ref('fct_issue') }}
    where due_date <= known_until_date
    union all
    -- Each day at whose end an issue is open, and whether its due day is over by then.
    select
        'overdue' as part,
        d.kpi_date,
        f.queue_id,
        case when d.kpi_date > f.due_date then 1 else 0 end as good,
        1 as base
    from followed as f
    inner join days as d on f.step_date <= d.kpi_date and (f.next_date is null or f.next_date > d.kpi_date)
    where not f.is_closing
),

summed as (
    select
        kpi_date,
        queue_id,
        cast(null as {{ type_text() }}) as no_queue_id,
        cast(null as {{ type_text() }}) as agent_id,
        cast(null as {{ type_text() }}) as channel,
        part,
        sum(good) as good,
        sum(base) as base
    from counted
    group by kpi_date, queue_id, part
)

-- A closing is settled when the days for a recurrence are over; after it only a reopening can follow.
{% for part, kpi, formula, good, queue in [
    ('closure_due', 'issue_closure', 'closure_due', 'good', 'queue_id'),
    ('closed_over_opened', 'issue_closure', 'closed_over_opened', '100 * good', 'queue_id'),
    ('assigned', 'issue_assigned', 'issue_assigned', 'good', 'queue_id'),
    ('recurrence', 'issue_recurrence_30d', 'issue_recurrence_30d', 'good', 'queue_id'),
    ('overdue', 'issue_overdue', 'issue_overdue', 'good', 'queue_id'),
    ('separation', 'separation_of_duties', 'separation_of_duties', 'good', 'no_queue_id'),
] %}
    select
        kpi_date,
        {{ queue }} as queue_id,
        agent_id,
        channel,
        {{ kpi_part(kpi, formula, good, 'base') }}
    from summed
    where part = '{{ part }}'
    {% if not loop.last %}union all{% endif %}
{% endfor %}
