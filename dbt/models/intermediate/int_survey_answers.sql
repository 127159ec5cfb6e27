-- What an answer may be stands in ref_question: an answer off its scale is a wrong key.
select
    s.survey_id,
    s.contact_id,
    s.call_id,
    s.question,
    s.answer,
    s.channel,
    s.wave,
    s.invited_at,
    s.answered_at,
    s.partition_date as invited_date,
    s.answered_at is not null and s.answer is not null as is_answered,
    s.answered_at is not null and coalesce(s.answer between q.scale_low and q.scale_high, false) as is_valid,
    case when q.direction = 'lower' then s.answer <= q.good_from else s.answer >= q.good_from end as is_good
from {{ ref('stg_surveys') }} as s
left join {{ ref('ref_question') }} as q on s.question = q.question
where {{ days_between('s.partition_date', 8, 16) }}
