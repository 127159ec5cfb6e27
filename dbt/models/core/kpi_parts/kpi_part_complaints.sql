-- Every limit is a cohort: the complaints whose limit falls on the day, late and still open ones included.
{%- set formulas = [
    ('complaint_sla', 'both', 'due_date', 'agent_id', 'is_due and is_in_time', 'is_due', 'false'),
    ('complaint_sla', 'finished_48h', 'due_date', 'agent_id', 'is_due and is_finished_48h', 'is_due', 'false'),
    ('complaint_sla', 'responded_24h', 'respond_due_date', 'agent_id', 'is_respond_due and is_responded_24h', 'is_respond_due', 'false'),
    ('complaint_sla', 'legal_15d', 'legal_due_date', 'agent_id', 'is_legal_due and is_finished_15d', 'is_legal_due', 'false'),
    ('complaint_feedback', 'feedback_sent', 'finished_date', 'agent_id', "feedback_7d = 'yes' and is_after_finish_over",
        'is_after_finish_over', 'not is_after_finish_over'),
    ('complaint_feedback', 'department_notified', 'finished_date', 'agent_id', "notice_7d = 'yes' and is_after_finish_over",
        'is_after_finish_over', 'not is_after_finish_over'),
    ('complaint_reopen', 'reopened_7d', 'finished_date', 'agent_id', "reopening_7d = 'yes' and is_after_finish_over",
        'is_after_finish_over', 'not is_after_finish_over'),
    ('complaint_record', 'complete', 'finished_date', 'agent_id', 'is_record_complete', 'true', 'false'),
    ('complaint_record', 'apologised', 'responded_date', 'agent_id', 'is_apologised', 'true', 'false'),
    ('complaint_repeat', 'repeat_30d', 'received_date', 'null', 'is_repeat_30d and not is_duplicate and customer_key is not null',
        'not is_duplicate and customer_key is not null', 'false'),
] %}

with parts as (
    {% for kpi, formula, day, who, yes, base, still in formulas %}
        select
            {{ day }} as kpi_date,
            cast({{ who }} as {{ type_text() }}) as agent_id,
            channel,
            {{ kpi_part(kpi, formula, 'count(*) filter (where ' ~ yes ~ ')', 'count(*) filter (where ' ~ base ~ ')',
                n_open='count(*) filter (where ' ~ still ~ ')') }}
        from {{ ref('fct_complaint') }}
        where {{ day }} is not null
        group by {{ day }}, cast({{ who }} as {{ type_text() }}), channel
        union all
    {% endfor %}
    -- The base, handled contacts, comes from kpi_part_channels.
    select
        received_date as kpi_date,
        cast(null as {{ type_text() }}) as agent_id,
        channel,
        {{ kpi_part('complaint_rate', 'per_1000', '1000 * count(*)', '0', n='0') }}
    from {{ ref('fct_complaint') }}
    where not is_duplicate
    group by received_date, channel
    union all
    select
        received_date as kpi_date,
        cast(null as {{ type_text() }}) as agent_id,
        channel,
        {{ kpi_part('customer_feedback', 'complaint', 'count(*)', n='count(*)') }}
    from {{ ref('fct_complaint') }}
    where not is_duplicate
    group by received_date, channel
)

select
    kpi_date,
    cast(null as {{ type_text() }}) as queue_id,
    agent_id,
    channel,
    kpi_id,
    formula_id,
    numerator,
    denominator,
    n,
    n_open,
    sum_of_squares
from parts
