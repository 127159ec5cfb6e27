{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    login_id,
    partition_date as login_date,
    account_id,
    happened_at,
    is_successful,
    factor,
    network_zone,
    is_verified
from {{ ref('int_logins') }}
where {{ replaced_days('partition_date') }}
order by login_date nulls last, login_id nulls last
