-- Every queue visit has one queue, so the counts of the centre are the sums over the queues, in every period.
with counts as (
    select
        grain,
        period_start,
        kpi_id,
        sum(case when scope = 'centre' then numerator else 0 end) as centre,
        sum(case when scope = 'queue' then numerator else 0 end) as queues
    from {{ ref('mart_kpi') }}
    where
        kpi_id in ('calls_offered', 'calls_answered', 'calls_abandoned')
        and {{ range_condition({'column': 'period_start', 'back': 7, 'forward': 7, 'period': 'mixed'}) }}
    group by grain, period_start, kpi_id
)

select *
from counts
where centre <> queues
