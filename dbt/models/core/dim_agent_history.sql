-- A span ends where a list says another team or another standing; days between two lists follow the earlier one.
with changes as (
    select
        agent_id,
        snapshot_date,
        team_id,
        team_name_zh,
        team_name_en,
        is_active,
        lag(team_id) over (partition by agent_id order by snapshot_date nulls last) as team_before,
        lag(is_active) over (partition by agent_id order by snapshot_date nulls last) as was_active
    from {{ ref('int_agent_lists') }}
),

starts as (
    select *
    from changes
    where team_before is null or team_before <> team_id or was_active <> is_active
)

select
    agent_id,
    snapshot_date as valid_from,
    coalesce(
        cast(lead(snapshot_date) over (partition by agent_id order by snapshot_date nulls last) - interval '1' day as date),
        date '9999-12-31'
    ) as valid_to,
    team_id,
    team_name_zh,
    team_name_en,
    is_active
from starts
