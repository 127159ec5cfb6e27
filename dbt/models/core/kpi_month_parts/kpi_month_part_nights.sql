-- Nights follow each other when the shift dates do; the place in such a run says whether the agent has had too many.
with nights as (
    select
        agent_id,
        shift_date,
        lag(shift_date) over (partition by agent_id order by shift_date nulls last) as night_before
    from {{ ref('fct_adherence_day') }}
    where is_night and attendance_seconds > 0
),

runs as (
    select
        agent_id,
        shift_date,
        sum(case when night_before = cast(shift_date - interval '1' day as date) then 0 else 1 end) over (
            partition by agent_id
            order by shift_date nulls last
            rows between unbounded preceding and current row
        ) as run_no
    from nights
),

placed as (
    select
        agent_id,
        shift_date,
        row_number() over (partition by agent_id, run_no order by shift_date nulls last) as place
    from runs
),

months as (
    select
        {{ period_start('month', 'shift_date') }} as kpi_month,
        cast(null as {{ type_text() }}) as queue_id,
        agent_id,
        cast(null as {{ type_text() }}) as channel,
        max(case when place > {{ var("night_shifts_in_a_row") }} then 1 else 0 end) as too_many
    from placed
    group by {{ period_start('month', 'shift_date') }}, agent_id
)

select kpi_month, queue_id, agent_id, channel, {{ kpi_part('night_shifts', 'consecutive', 'too_many', '1') }}
from months
