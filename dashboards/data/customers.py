"""Questions about the customer of a call. A customer is only reached through a call that the viewer may see.

The pseudonym never leaves the build: the rows are found by the raw key inside the question. Reading it in full is
`pseudonym`, which notes the reason first.
"""

from __future__ import annotations

from dashboards.data import queries
from dashboards.data.published import ask
from dashboards.data.rows_calls import Event
from lingting import audit
from lingting.rights import Clause, Viewer
from lingting.work import Refused

SHORTEST_REASON = 10
_MOST_EVENTS = 2000
_KEY = "customer_key in (select customer_key from main.mart_call where call_id = ?)"


def timeline(viewer: Viewer, call_id: str) -> list[Event]:
    """What happened with the customer of the call over all channels, newest first."""
    if queries.call(viewer, call_id) is None:
        return []
    own = Clause(_KEY, (call_id,))
    return ask(
        viewer,
        Event,
        """with opened as (
            select c.contact_id, min(c.call_id) as call_id, arg_min(a.agent_name, c.call_id) as agent_name
            from mart_call as c left join dim_agent as a on c.agent_id = a.agent_id
            group by c.contact_id
        )
        select e.event_at, e.kind, e.step, e.channel, e.topic, e.score, o.call_id, o.agent_name
        from mart_customer_timeline as e left join opened as o on e.kind = 'contact' and e.event_id = o.contact_id
        order by e.event_at desc, e.kind, e.event_id limit ?""",
        [_MOST_EVENTS],
        narrowed={"mart_customer_timeline": own, "mart_call": own},
    )


def pseudonym(viewer: Viewer, call_id: str, reason: str) -> str:
    """The customer's whole pseudonym. The log has who asked and why before it is read; without it nothing is read."""
    why = " ".join(reason.split())
    mark = queries.customer_mark(viewer, call_id)
    if mark is None:
        raise Refused("no_such_call", "there is no such call, or it is not yours")
    if not viewer.may("unmask"):
        audit.note(viewer, "unmask", "customer", call_id, outcome="refused", customer_key=mark)
        raise Refused("not_yours", f"the role {viewer.role} may not read a customer's pseudonym")
    if len(why) < SHORTEST_REASON:
        raise Refused("unmask_reason", f"say why, in at least {SHORTEST_REASON} characters")
    audit.note(viewer, "unmask", "customer", call_id, customer_key=mark, purpose=why, fields=["customer_key"])
    found = ask(viewer, str, "select customer_key from mart_call where call_id = ?", [call_id], unmasked=True)
    return found[0]
