{# Each state of a thing follows the one before it by a transition that ref_transition declares (from_state empty: a first
   state). The state before is that of the row before by order_column, or stands in from_column (null: not judged).
   States before the window count too: the whole table is read for the things that have a row in the window. #}
{% test legal_transition(model, machine, state_column, id_column=none, order_column=none, from_column=none) %}
with steps as (
    {% if from_column %}
        select
            {{ state_column }} as to_state,
            {{ from_column }} as from_state
        from {{ model }}
        where {{ from_column }} is not null
    {% else %}
        select
            {{ state_column }} as to_state,
            lag({{ state_column }}) over (
                partition by {{ id_column }}
                order by {{ order_column }} nulls last, {{ state_column }} nulls last
            ) as from_state
        from {{ whole_table_of_test() or model }}
        where {{ id_column }} in (select {{ id_column }} from {{ model }})
    {% endif %}
)

select s.*
from steps as s
left join {{ ref('ref_transition') }} as t
    on t.machine = '{{ machine }}' and s.to_state = t.to_state and coalesce(s.from_state, '') = coalesce(t.from_state, '')
where t.machine is null
{% endtest %}
