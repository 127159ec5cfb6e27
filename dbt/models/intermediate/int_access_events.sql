-- The entry before is looked for among those of the seven days before, so that a window finds what a full build finds.
with entries as (
    select
        *,
        lag(seq_no) over (partition by log_id order by seq_no nulls last) as earlier_seq_no,
        lag(happened_at) over (partition by log_id order by seq_no nulls last) as earlier_at,
        lag(entry_hash) over (partition by log_id order by seq_no nulls last) as earlier_hash
    from {{ ref('stg_access_events') }}
    where {{ days_between('partition_date', 15, 7) }}
),

followed as (
    select
        *,
        coalesce(earlier_at >= happened_at - interval '168' hour, false) as has_earlier
    from entries
),

-- How many of the exported fields the purpose needs; of a purpose that is not listed, none.
needed as (
    select
        e.access_event_id,
        count(*) as n_needed
    from entries as e
    inner join {{ ref('ref_export_field') }} as f
        on e.purpose = f.purpose and replace('|' || e.fields || '|', '|' || f.field_name || '|', '') <> '|' || e.fields || '|'
    group by e.access_event_id
)

select
    f.access_event_id,
    f.log_id,
    f.seq_no,
    f.account_id,
    f.action,
    f.object_kind,
    f.customer_key,
    f.n_rows,
    f.happened_at,
    case when f.has_earlier then f.seq_no - f.earlier_seq_no else 1 end as n_expected,
    case when f.has_earlier and f.seq_no > f.earlier_seq_no then f.seq_no - f.earlier_seq_no - 1 else 0 end as n_missing,
    case when f.has_earlier and f.seq_no = f.earlier_seq_no + 1 then f.previous_hash = f.earlier_hash end as is_chained,
    f.purpose,
    length(f.fields) - length(replace(f.fields, '|', '')) + 1 as n_fields,
    length(f.fields) - length(replace(f.fields, '|', '')) + 1 - coalesce(n.n_needed, 0) as n_fields_outside,
    f.partition_date
from followed as f
left join needed as n on f.access_event_id = n.access_event_id
