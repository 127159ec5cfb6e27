"""What the page of quality asks: how well the centre judges its calls. Sums of a month; no call is read here."""

from __future__ import annotations

from datetime import date

from dashboards.data import rows_quality as rows
from dashboards.data.published import ask, columns_of
from lingting.rights import Viewer


def months(viewer: Viewer) -> list[date]:
    """Months with calls that could be judged, newest first."""
    found = ask(viewer, rows.Month, "select distinct month_start from mart_qc_coverage order by month_start desc")
    return [row.month_start for row in found]


def coverage(viewer: Viewer, month: date) -> list[rows.Coverage]:
    columns = columns_of(rows.Coverage, "c.").replace("c.agent_name", "a.agent_name")
    return ask(
        viewer,
        rows.Coverage,
        f"""select {columns} from mart_qc_coverage as c left join dim_agent as a on c.agent_id = a.agent_id
        where c.month_start = ? order by c.agent_id""",
        (month,),
    )


def agreement(viewer: Viewer, month: date) -> list[rows.Agreement]:
    return ask(
        viewer,
        rows.Agreement,
        f"""select {columns_of(rows.Agreement)} from mart_qc_agreement where month_start = ?
        order by pair_kind desc, dimension <> 'total', dimension""",
        (month,),
    )


def calibration(viewer: Viewer, month: date) -> list[rows.Calibration]:
    return ask(
        viewer,
        rows.Calibration,
        f"select {columns_of(rows.Calibration)} from mart_calibration where month_start = ? order by evaluator_id",
        (month,),
    )


def rule_quality(viewer: Viewer, month: date | None = None) -> list[rows.RuleQuality]:
    """One row a rule and version, of one month or of all."""
    return ask(
        viewer,
        rows.RuleQuality,
        """select q.rule_id, q.rule_version, any_value(c.rule_kind), any_value(c.label_zh), any_value(c.label_en),
            sum(n_decisions)::bigint, sum(n_found)::bigint, sum(n_hits)::bigint, sum(n_appeals)::bigint,
            sum(n_decided)::bigint, sum(n_overturned)::bigint
        from mart_rule_quality as q left join rule_catalogue as c on q.rule_id = c.rule_id
        where q.month_start = coalesce(?, q.month_start)
        group by q.rule_id, q.rule_version order by q.rule_id, q.rule_version""",
        (month,),
    )


def detectors(viewer: Viewer) -> list[rows.Detector]:
    """Over all labels that there are: those of one month are too few to judge a detector by."""
    return ask(
        viewer,
        rows.Detector,
        f"select {columns_of(rows.Detector)} from mart_detector_quality where grain = 'all_time' and rule_id <> 'all' "
        "order by rule_id",
    )


def script_compliance(viewer: Viewer, month: date) -> rows.ScriptCompliance | None:
    found = ask(
        viewer,
        rows.ScriptCompliance,
        f"select {columns_of(rows.ScriptCompliance)} from fct_script_compliance_month where month_start = ?",
        (month,),
    )
    return found[0] if found else None


def evaluations(viewer: Viewer) -> list[rows.Evaluation]:
    """The newest measurement of each model and item."""
    return ask(
        viewer,
        rows.Evaluation,
        f"select {columns_of(rows.Evaluation)} from mart_evaluation where is_latest order by kind, model, metric, item",
    )


def intents(viewer: Viewer, month: date) -> list[rows.Accuracy]:
    return _accuracy(viewer, "mart_intent_quality", "intent", month)


def emotions(viewer: Viewer, month: date) -> list[rows.Accuracy]:
    return _accuracy(viewer, "mart_emotion_quality", "emotion", month)


def _accuracy(viewer: Viewer, table: str, item: str, month: date) -> list[rows.Accuracy]:
    return ask(
        viewer,
        rows.Accuracy,
        f"""select {item}, n_gold, n_detected, n_correct, precision_ratio, recall_ratio, f1_ratio from {table}
        where month_start = ? order by {item} <> 'macro', {item}""",
        (month,),
    )


def confusion(viewer: Viewer, month: date) -> list[rows.Confusion]:
    return ask(
        viewer,
        rows.Confusion,
        """select gold_intent, predicted_intent, n from mart_intent_confusion where month_start = ?
        order by gold_intent, predicted_intent""",
        (month,),
    )


def top_issues(viewer: Viewer, month: date) -> list[rows.Topic]:
    return ask(
        viewer,
        rows.Topic,
        """select 'issue', rank_no, topic, n_issues, share_ratio from mart_top_issue where month_start = ?
        order by rank_no""",
        (month,),
    )


def feedback_topics(viewer: Viewer, month: date) -> list[rows.Topic]:
    """The five topics of each kind of feedback that came up most."""
    return ask(
        viewer,
        rows.Topic,
        """select feedback_kind, rank_no, topic, n_feedback, share_ratio from mart_feedback_topic
        where month_start = ? and rank_no <= 5 order by feedback_kind, rank_no""",
        (month,),
    )


def ivr_paths(viewer: Viewer, month: date) -> list[rows.Path]:
    return ask(
        viewer,
        rows.Path,
        f"select {columns_of(rows.Path)} from mart_ivr_path where month_start = ? order by from_node, to_node",
        (month,),
    )


def ivr_nodes(viewer: Viewer, month: date) -> list[rows.Node]:
    return ask(
        viewer,
        rows.Node,
        f"select {columns_of(rows.Node)} from mart_ivr_node where month_start = ? order by n_entries desc, node",
        (month,),
    )


def ivr_hops(viewer: Viewer, month: date) -> list[rows.Hops]:
    return ask(
        viewer,
        rows.Hops,
        f"select {columns_of(rows.Hops)} from mart_ivr_hops where month_start = ? order by n_hops",
        (month,),
    )


def articles(viewer: Viewer) -> list[rows.Article]:
    """The live articles of the knowledge base; those that wait longest for their review first."""
    return ask(
        viewer,
        rows.Article,
        f"""select {columns_of(rows.Article)} from mart_knowledge where is_live
        order by is_stale desc, days_since_review - review_period_days desc nulls last, article_id""",
    )
