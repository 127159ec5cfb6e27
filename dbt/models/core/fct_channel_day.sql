{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- From its first contact on, a channel in use is expected on every day whose calls are loaded. A message shows that a
-- channel's data is there before its contact has ended.
with in_use as (
    select
        channel,
        min(first_date) as first_date
    from (
        select
            channel,
            min(contact_date) as first_date
        from {{ ref('fct_channel_contact') }}
        group by channel
        union all
        select
            channel,
            min(asked_date) as first_date
        from {{ ref('fct_first_reply') }}
        group by channel
    ) as starts
    group by channel
),

began as (
    select
        channel,
        contact_date,
        customer_key,
        1 as n_contacts
    from {{ ref('fct_channel_contact') }}
    where {{ replaced_days('contact_date') }}
    union all
    select
        channel,
        asked_date as contact_date,
        cast(null as {{ type_text() }}) as customer_key,
        0 as n_contacts
    from {{ ref('fct_first_reply') }}
    where {{ replaced_days('asked_date') }}
),

counted as (
    select
        channel,
        contact_date,
        cast(sum(n_contacts) as bigint) as n_contacts,
        count(customer_key) as n_linked
    from began
    group by channel, contact_date
)

select
    d.loaded_date as contact_date,
    u.channel,
    coalesce(c.n_contacts, 0) as n_contacts,
    coalesce(c.n_linked, 0) as n_linked,
    c.n_contacts is not null as is_loaded
from {{ ref('int_loaded_days') }} as d
inner join in_use as u on d.loaded_date >= u.first_date
left join counted as c on d.loaded_date = c.contact_date and u.channel = c.channel
where {{ replaced_days('d.loaded_date') }}
order by contact_date nulls last, u.channel nulls last
