"""What the compliance page asks: checklist, duties, access, accounts, recordings, incidents, risks, systems."""

from __future__ import annotations

from dashboards.data import rows_compliance as rows
from dashboards.data.published import ask, columns_of
from lingting.rights import Viewer

UNUSUAL_Z = 3.5  # robust z-score beyond which a value is an outlier (Iglewicz and Hoaglin 1993)


def checklist(viewer: Viewer) -> list[rows.Item]:
    """The 22 items of every month, newest month first."""
    return ask(
        viewer,
        rows.Item,
        f"select {columns_of(rows.Item)} from mart_compliance_checklist order by month_start desc, item_no",
    )


def duties(viewer: Viewer) -> list[rows.Duty]:
    return ask(
        viewer,
        rows.Duty,
        f"select {columns_of(rows.Duty)} from mart_governance order by overdue_days desc, next_due_date, duty_id",
    )


def anomalies(viewer: Viewer) -> list[rows.Anomaly]:
    """One row an anomaly; those that nobody has closed first, then the newest."""
    return ask(
        viewer,
        rows.Anomaly,
        """select anomaly_id, any_value(account_id), any_value(rule),
            min(happened_at) filter (where step = 'raised') as raised_at,
            min(happened_at) filter (where step = 'triaged') as triaged_at,
            arg_max(conclusion, happened_at) filter (where conclusion is not null),
            max(happened_at) filter (where step = 'closed') as closed_at
        from fct_anomaly group by anomaly_id having raised_at is not null
        order by closed_at is not null, raised_at desc, anomaly_id""",
    )


def unusual_days(viewer: Viewer, limit: int = 20) -> list[rows.UnusualDay]:
    """Account-days whose views or exports lie far above the usual although no rule raised anything."""
    return ask(
        viewer,
        rows.UnusualDay,
        f"""select {columns_of(rows.UnusualDay)} from mart_access_anomaly
        where n_raised = 0 and (views_z > ? or exported_rows_z > ?)
        order by access_date desc, account_id limit ?""",
        (UNUSUAL_Z, UNUSUAL_Z, limit),
    )


def accounts(viewer: Viewer) -> list[rows.AccountLine]:
    return ask(
        viewer,
        rows.AccountLine,
        f"select {columns_of(rows.AccountLine)} from mart_account_audit order by is_enabled desc, account_id",
    )


def custody(viewer: Viewer) -> list[rows.Custody]:
    """The stored recordings at the end of each month, newest first."""
    return ask(
        viewer,
        rows.Custody,
        f"select {columns_of(rows.Custody)} from mart_recording_custody order by month_start desc, retention_class",
    )


def scans(viewer: Viewer) -> list[rows.Scanned]:
    return ask(
        viewer,
        rows.Scanned,
        f"select {columns_of(rows.Scanned)} from mart_pii_scan order by n_hits desc, table_name, column_name",
    )


def incidents(viewer: Viewer) -> list[rows.Incident]:
    return ask(
        viewer,
        rows.Incident,
        f"select {columns_of(rows.Incident)} from mart_incident_sla order by detected_at desc, incident_id",
    )


def risks(viewer: Viewer) -> list[rows.Risk]:
    """The risks that are still open, gravest first."""
    return ask(
        viewer,
        rows.Risk,
        f"select {columns_of(rows.Risk)} from mart_risk_register where not is_closed order by score desc, risk_id",
    )


def system_checks(viewer: Viewer) -> list[rows.SystemChecks]:
    """One row a kind of check and system; those whose newest check failed first."""
    return ask(
        viewer,
        rows.SystemChecks,
        """select kind, system_id, count(*), count(*) filter (where not is_passed), max(check_date) as newest_date,
            arg_max(is_passed, checked_at) as is_passed, arg_max(detail, checked_at) filter (where not is_passed),
            max(check_date) filter (where not is_passed)
        from fct_system_check group by kind, system_id order by is_passed, kind, system_id""",
    )
