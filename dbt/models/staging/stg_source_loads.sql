-- The sources whose quality is scored.
select
    'calls' as source_name,
    file as file_name,
    loaded_date,
    row_date,
    reason as reject_reason,
    n_rows
from {{ lake_loads('calls') }}
union all
select
    'ivr_steps' as source_name,
    file as file_name,
    loaded_date,
    row_date,
    reason as reject_reason,
    n_rows
from {{ lake_loads('ivr_steps') }}
union all
select
    'agent_states' as source_name,
    file as file_name,
    loaded_date,
    row_date,
    reason as reject_reason,
    n_rows
from {{ lake_loads('agent_states') }}
union all
select
    'surveys' as source_name,
    file as file_name,
    loaded_date,
    row_date,
    reason as reject_reason,
    n_rows
from {{ lake_loads('surveys') }}
union all
select
    'recordings' as source_name,
    file as file_name,
    loaded_date,
    row_date,
    reason as reject_reason,
    n_rows
from {{ lake_loads('recordings') }}
