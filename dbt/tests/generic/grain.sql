{# One row for each combination of these columns, and none of them is empty but those named as optional; nor are the
   columns named as filled. One test looks at the table once for all of it. #}
{% test grain(model, columns, optional=[], filled=[]) %}
select
    {{ columns | join(', ') }},
    count(*) as n_rows
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {% for column in columns if column not in optional %}or {{ column }} is null {% endfor %}
    {% for column in filled %}or count({{ column }}) < count(*) {% endfor %}
{% endtest %}
