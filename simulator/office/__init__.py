"""Everything around the calls: what the centre's other systems export, with the KPIs that were planted in it.

Each module holds one domain. A domain sees the days one after another, then writes its rows and its planted KPIs into
the book (book.py). Calls, menu steps, agent states and telephone surveys are made in events/.
"""

from __future__ import annotations

from typing import Protocol

from simulator.centre import Agents
from simulator.office.alerts import Alerts
from simulator.office.book import Book
from simulator.office.bot import Bot
from simulator.office.customers import Customers
from simulator.office.governance import Governance
from simulator.office.incidents import Incidents
from simulator.office.issues import Issues
from simulator.office.knowledge import Knowledge
from simulator.office.learning import Learning
from simulator.office.money import Money
from simulator.office.payouts import Payouts
from simulator.office.practices import Practices
from simulator.office.projects import Projects
from simulator.office.reviews import Reviews
from simulator.office.risks import Risks
from simulator.office.rule_appeals import RuleAppeals
from simulator.office.security import AccessLog, Accounts, Anomalies, RecordingObjects
from simulator.office.skills import Skills
from simulator.office.speech import Speech
from simulator.office.staff import Staff
from simulator.office.suggestions import Suggestions
from simulator.office.systems import Systems
from simulator.office.today import Today
from simulator.office.work_time import WorkTime
from simulator.options import Options


class Domain(Protocol):
    """One domain of the office; made once per simulation."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None: ...

    def day(self, today: Today) -> None:
        """See one simulated day; called once a day, in order."""

    def finish(self) -> None:
        """All days were seen: write into the book what is left."""


DOMAINS: tuple[type[Domain], ...] = (
    Suggestions,
    Customers,
    Reviews,
    Issues,
    Projects,
    Bot,
    Knowledge,
    Speech,
    WorkTime,
    Staff,
    Learning,
    Money,
    Accounts,
    AccessLog,
    Anomalies,
    RecordingObjects,
    Incidents,
    Governance,
    Systems,
    Alerts,
    Risks,
    Practices,
    Skills,
    Payouts,
    RuleAppeals,
)

__all__ = ["DOMAINS", "Book", "Domain", "Today"]
