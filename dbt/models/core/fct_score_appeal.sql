-- What an upheld appeal gives back. The machine's own row stays as it is: this is the next row of the score's history.
with upheld as (
    select *
    from {{ ref('fct_rule_appeal') }}
    where outcome = 'upheld'
),

scored as (
    select
        score_id,
        recording_id,
        call_date,
        points,
        {{ each_reason('reasons') }} as reason
    from {{ ref('fct_score') }}
    where is_in_force and points is not null and recording_id in (select u.recording_id from upheld as u)
),

returned as (
    select
        s.score_id,
        s.recording_id,
        s.call_date,
        u.appeal_id,
        u.agent_id,
        u.decided_at,
        u.decided_date,
        s.points as points_before,
        {{ exact_sum('-s.reason.points') }} as points_returned  -- noqa: RF01
    from scored as s
    inner join upheld as u
        on
            s.recording_id = u.recording_id
            and s.reason.rule_id = u.rule_id  -- noqa: RF01
            and s.reason.rule_version = u.rule_version  -- noqa: RF01
            and coalesce(s.reason.hit_no, 0) = u.hit_no  -- noqa: RF01
    where s.reason.points < 0  -- noqa: RF01
    group by s.score_id, s.recording_id, s.call_date, u.appeal_id, u.agent_id, u.decided_at, u.decided_date, s.points
)

select
    score_id,
    appeal_id,
    recording_id,
    call_date,
    agent_id,
    decided_at,
    decided_date,
    points_before,
    points_returned,
    least(
        100.0,
        points_before + cast(sum({{ exact('points_returned') }}) over (
            partition by score_id order by decided_at nulls last, appeal_id nulls last
        ) as double)
    ) as points_after
from returned
order by call_date nulls last, score_id nulls last, appeal_id nulls last
