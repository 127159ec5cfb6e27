-- Every day that the centre may report on; tools that speak MetricFlow join their periods to it.
select cast(date_day as date) as date_day
from {{ calendar_days('2020-01-01', '2041-01-01') }}
