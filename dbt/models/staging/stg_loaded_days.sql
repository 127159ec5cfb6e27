select partition_date
from {{ lake_days('calls') }}
where partition_date > date '1970-01-01'
