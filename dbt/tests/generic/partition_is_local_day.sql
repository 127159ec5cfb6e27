{# The lake and the warehouse agree about the local day of every row (same time zone on both sides). #}
{% test partition_is_local_day(model, day_of) %}
select *
from {{ model }}
where partition_date is distinct from {{ local_date(day_of) }}
{% endtest %}
