"""What the page of rules asks: the rules in force, what they found and lost, and what a version said.

The versions of the packs lie in the home (lingting/rules); all else is in the build.
"""

from __future__ import annotations

from dashboards.data import rows_quality as rows
from dashboards.data.published import ask, columns_of
from lingting.rights import Viewer

EXAMPLES = 8


def in_force(viewer: Viewer) -> list[rows.RuleInForce]:
    return ask(
        viewer,
        rows.RuleInForce,
        f"select {columns_of(rows.RuleInForce)} from rule_catalogue order by rule_kind, rule_id",
    )


def examples(viewer: Viewer, rule_id: str, outcome: str) -> list[rows.Example]:
    """The newest calls in which the rule was hit, or missed; within the viewer's calls."""
    return ask(
        viewer,
        rows.Example,
        f"""select {columns_of(rows.Example)} from mart_finding where rule_id = ? and outcome = ?
        order by call_date desc, call_id desc, hit_no limit ?""",
        (rule_id, outcome, EXAMPLES),
    )


def appeals(viewer: Viewer, rule_id: str, limit: int = 20) -> list[rows.RuleAppeal]:
    """Appeals against the rule, those it lost first, each with the words and the second that it was about."""
    columns = columns_of(rows.RuleAppeal, "a.")
    for column in ("at_seconds", "matched_text", "phrase"):
        columns = columns.replace(f"a.{column}", f"f.{column}")
    return ask(
        viewer,
        rows.RuleAppeal,
        f"""select {columns} from fct_rule_appeal as a left join mart_finding as f
            on a.call_id = f.call_id and a.call_date = f.call_date and a.rule_id = f.rule_id and a.hit_no = f.hit_no
        where a.rule_id = ?
        order by a.outcome <> 'upheld', a.decided_at desc nulls last, a.appeal_id limit ?""",
        (rule_id, limit),
    )
