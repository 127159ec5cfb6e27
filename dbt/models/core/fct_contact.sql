{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    c.contact_id,
    c.contact_date,
    c.first_call_id,
    c.queue_id,
    c.agent_id,
    c.customer_key,
    c.started_at,
    c.ended_at,
    c.n_legs,
    c.n_visits,
    c.n_segments,
    c.n_transfers,
    c.n_callback_promises,
    c.n_segments > 0 as is_handled,
    c.n_segments > 0 and c.n_transfers = 0 and c.n_callback_promises = 0 as is_resolved_in_process,
    r.repeat_24h,
    r.repeat_72h,
    r.repeat_7d
from {{ ref('int_contacts') }} as c
inner join {{ ref('int_contact_repeats') }} as r on c.contact_id = r.contact_id
where {{ replaced_days() }}
order by c.contact_date nulls last, c.contact_id nulls last
