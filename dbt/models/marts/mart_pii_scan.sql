select
    table_name,
    column_name,
    cast(sum(n_rows) as bigint) as n_rows,
    cast(sum(n_hits) as bigint) as n_hits,
    count(distinct case when n_hits > 0 then document_id end) as n_documents_hit,
    max(scan_date) as newest_date,
    max(case when n_hits > 0 then scan_date end) as newest_hit_date
from {{ ref('fct_text_scan') }}
group by table_name, column_name
