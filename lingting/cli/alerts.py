"""`lingting alerts`: judge, list, take note, resolve, tell. What a rule and an alert are lives in lingting/alerting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lingting.cli.options import Format
from lingting.errors import LingtingError, UsageError

if TYPE_CHECKING:
    from lingting.alerting.deliver import Delivered
    from lingting.rights import Viewer
    from lingting.store import Store

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Alerts: rules, what stands, and telling people.")

AlertId = Annotated[str, typer.Argument(help="Id of the alert, or its first characters.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="The account that does it; its rights hold.")]
Output = Annotated[Format, typer.Option("--format", help="How to print.")]


@app.command()
def check(
    send: Annotated[bool, typer.Option("--deliver/--no-deliver", help="Send what is due afterwards.")] = True,
) -> None:
    """Judge the published build, the machinery and calls that go on; raise, clear, and tell."""
    from lingting.alerting.check import check as judge
    from lingting.store import open_store

    found = judge(open_store())
    typer.echo(
        f"raised {found.n_raised}, cleared {found.n_cleared}, standing {found.n_standing}, to be told {found.n_queued}"
    )
    if send:
        deliver()


@app.command()
def deliver() -> None:
    """Send what is due. A channel that fails is tried again later; the exit code is 1 then."""
    from lingting.alerting.deliver import deliver as send
    from lingting.store import open_store

    _told(send(open_store()))


def _told(done: Delivered) -> None:
    typer.echo(f"sent {done.n_sent} messages")
    if done.errors:
        raise LingtingError("; ".join(f"channel {name}: {reason}" for name, reason in done.errors.items()))


@app.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also what is over.")] = False,
    output: Output = Format.TABLE,
) -> None:
    """List alerts, worst first."""
    from sqlalchemy import select

    from lingting.alerting.keeping import STANDING
    from lingting.alerting.rules import SEVERITIES
    from lingting.store import open_store
    from lingting.store.models import Alert

    wanted = select(Alert).order_by(Alert.raised_at.desc(), Alert.alert_id)
    if not everything:
        wanted = wanted.where(Alert.state.in_(STANDING))
    with open_store()() as session:
        found = sorted(session.scalars(wanted), key=lambda alert: SEVERITIES.index(alert.severity))
    names = [column.key for column in Alert.__table__.columns]
    if output is Format.JSON:
        _print_json([{name: getattr(alert, name) for name in names} for alert in found])
        return
    from lingting.alerting.messages import amount
    from lingting.cli.tables import print_table

    head = ["id", "severity", "state", "rule", "where", "value", "limit", "n", "raised (UTC)"]
    rows = [
        [
            alert.alert_id[:8], alert.severity, alert.state, alert.rule_id, f"{alert.scope} {alert.scope_id}",
            amount(alert.last_value, alert.unit, "en"), amount(alert.threshold, alert.unit, "en"),
            "" if alert.last_n is None else f"{alert.last_n:,}", f"{alert.raised_at:%Y-%m-%d %H:%M}",
        ]
        for alert in found
    ]  # fmt: skip
    print_table("", head, rows, right=["value", "limit", "n"])


@app.command()
def acknowledge(
    alert: AlertId, by: By, note: Annotated[str, typer.Option(help="What was found or will be done.")]
) -> None:
    """Take note of an alert: its reminders stop."""
    from lingting.alerting.actions import acknowledge as take_note

    store, viewer = _person(by)
    take_note(store, viewer, _whole_id(store, alert), note)
    typer.echo("acknowledged")


@app.command()
def resolve(alert: AlertId, by: By, reason: Annotated[str, typer.Option(help="Why it is over.")]) -> None:
    """End an alert by hand; a later breach raises a new one."""
    from lingting.alerting.actions import resolve as end

    store, viewer = _person(by)
    end(store, viewer, _whole_id(store, alert), reason)
    typer.echo("resolved")


@app.command()
def mute(
    rule: Annotated[str, typer.Argument(help="Id of the rule; see `lingting alerts rules`.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why nobody is to be told.")],
    hours: Annotated[float, typer.Option(min=0.1, max=168, help="For so long.")] = 8,
    member: Annotated[str | None, typer.Option(help="Only this queue or team.")] = None,
) -> None:
    """Tell nobody of a rule for a while; its alerts are raised and shown all the same."""
    from datetime import timedelta

    from lingting.alerting.actions import mute as silence
    from lingting.clock import now

    store, viewer = _person(by)
    silence(store, viewer, rule, now() + timedelta(hours=hours), reason, member)
    typer.echo(f"muted {rule} for {hours:g} h")


@app.command()
def rules(output: Output = Format.TABLE) -> None:
    """List the rules in force."""
    from lingting.alerting.rules import rules as known
    from lingting.cli.tables import print_table

    found = list(known().values())
    if output is Format.JSON:
        _print_json([rule.model_dump(mode="json") for rule in found])
        return
    rows = [
        [
            rule.rule_id, rule.severity, f"{'>' if rule.is_above else '<'} {rule.threshold:g}" if rule.threshold is not
            None else "each", "" if rule.clear_at is None else f"{rule.clear_at:g}", str(rule.minimum_n),
            ", ".join(rule.owners), rule.source_clause,
        ]
        for rule in found
    ]  # fmt: skip
    print_table("", ["rule", "severity", "raise", "clear", "minimum n", "owners", "source"], rows)


@app.command("test-channel")
def test_channel(name: Annotated[str, typer.Argument(help="Name of the channel in the settings.")]) -> None:
    """Send a test message on one channel, now."""
    from lingting.alerting.deliver import test_channel as send

    done = send(name)
    if not done.is_done:
        raise LingtingError(f"channel {name}: {done.error}")
    typer.echo(f"channel {name} took the message")


@app.command()
def watch(
    seconds: Annotated[float, typer.Option(min=0.5, max=3600, help="Look so often.")] = 5,
) -> None:
    """Follow calls that go on and send what is due, until SIGTERM."""
    from lingting.alerting.watch import watch as follow
    from lingting.store import open_store

    follow(open_store(), seconds, typer.echo)


def _person(name: str) -> tuple[Store, Viewer]:
    from lingting.store import list_accounts, open_store
    from lingting.store.accounts import name_key

    store = open_store()
    for account in list_accounts(store):
        if name_key(account.name) == name_key(name) and not account.is_disabled:
            return store, account.viewer("cli")
    raise UsageError(f"there is no active account {name}; see `lingting user list`")


def _whole_id(store: Store, given: str) -> str:
    from sqlalchemy import select

    from lingting.store.models import Alert

    with store() as session:
        found = list(session.scalars(select(Alert.alert_id).where(Alert.alert_id.startswith(given, autoescape=True))))
    if len(found) != 1:
        raise UsageError(f"{given} names {len(found)} alerts; give more characters, see `lingting alerts list`")
    return found[0]


def _print_json(rows: list[dict[str, Any]]) -> None:
    import json

    def utc(value: object) -> str:
        return f"{value.isoformat(timespec='seconds')}Z" if hasattr(value, "isoformat") else str(value)

    typer.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=utc))
