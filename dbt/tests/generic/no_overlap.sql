{# Spans valid_from..valid_to of one key do not overlap, so that one day has one target. #}
{% test no_overlap(model, key_columns) %}
with spans as (
    select
        *,
        lead(valid_from) over (
            partition by {{ key_columns | join(', ') }}
            order by valid_from nulls last
        ) as next_valid_from
    from {{ model }}
)

select *
from spans
where next_valid_from <= coalesce(valid_to, date '9999-12-31')
{% endtest %}
