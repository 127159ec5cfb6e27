select
    p.item_no,
    p.part_no,
    i.aspect_zh,
    i.aspect_en,
    i.label_zh,
    i.label_en,
    p.part_zh,
    p.part_en,
    p.kpi_id,
    p.formula_id,
    p.comparison,
    p.mark,
    p.is_judged,
    p.evidence_table,
    p.evidence_date,
    p.evidence_problem,
    i.source_clause,
    i.domain
from {{ ref('compliance_checklist_part') }} as p
inner join {{ ref('compliance_checklist') }} as i on p.item_no = i.item_no
