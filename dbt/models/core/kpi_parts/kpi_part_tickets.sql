-- One select a formula; day, agent and base differ, so the tickets are counted over a list of (day, who, yes, base).
{%- set T = ref('fct_ticket') %}
{%- set formulas = [
    ('resolution', 'within_48h', 'due_date', 'owner_id', "resolved_48h = 'met' and is_resolution_over", 'is_resolution_over',
        "resolved_48h <> 'not_due' and not is_resolution_over"),
    ('resolution', 'business_48h', 'business_due_date', 'owner_id', "resolved_business_48h = 'met' and is_business_resolution_over",
        'is_business_resolution_over', "resolved_business_48h <> 'not_due' and not is_business_resolution_over"),
    ('ticket_reopen', 'reopened_7d', 'closed_date', 'owner_id', "after_close_7d = 'reopened' and is_after_close_over",
        'is_after_close_over', 'not is_after_close_over'),
    ('fcr', 'fcr_ticket', 'opened_date', 'opener_id', "first_contact_7d = 'first_contact' and is_first_contact_over",
        'is_first_contact_over', 'not is_first_contact_over'),
    ('ticket_completeness', 'required_fields', 'opened_date', 'opener_id', 'has_required_fields', 'true', 'false'),
    ('duplicate_ticket', 'duplicate_ticket', 'opened_date', 'opener_id', 'is_duplicate', 'true', 'false'),
    ('ticket_caller_match', 'matched', 'opened_date', 'opener_id', 'is_caller_matched', 'is_caller_matched is not null', 'false'),
    ('promise_kept', 'promise_kept', 'promised_date', 'owner_id', "promise = 'kept'", "promise in ('kept', 'broken')", 'false'),
    ('first_owner_kept', 'first_owner_kept', 'closed_date', 'owner_id', 'is_first_owner_kept', 'true', 'false'),
    ('priority_inversion', 'overtaken', 'closed_date', 'owner_id', 'is_overtaker', 'true', 'false'),
] %}

with parts as (
    {% for kpi, formula, day, who, yes, base, still in formulas %}
        select
            {{ day }} as kpi_date,
            {{ who }} as agent_id,
            channel,
            {{ kpi_part(kpi, formula, 'count(*) filter (where ' ~ yes ~ ')', 'count(*) filter (where ' ~ base ~ ')',
                n_open='count(*) filter (where ' ~ still ~ ')') }}
        from {{ T }}
        where {{ day }} is not null
        group by {{ day }}, {{ who }}, channel
        union all
    {% endfor %}
    {% for formula, yes in [('recorded', 'is_transfer_recorded'), ('customer_notified', 'is_customer_notified')] %}
        select
            step_date as kpi_date,
            agent_id,
            channel,
            {{ kpi_part('ticket_transfer_recorded', formula, 'count(*) filter (where ' ~ yes ~ ')', 'count(*)') }}
        from {{ ref('fct_ticket_step') }}
        where step = 'transferred'
        group by step_date, agent_id, channel
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
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
