"""The tables of the store, a module a subject. How they came to be is in migrations/; a test holds the two equal.

Times are UTC without a zone, as everywhere in Lingting, so that SQLite and PostgreSQL agree.
"""

from lingting.store.models.accounts import (
    Account,
    AccountTeam,
    Attestation,
    RecoveryCode,
    SecondFactor,
    SignedIn,
    UsedIdentity,
)
from lingting.store.models.base import Base
from lingting.store.models.issues import Issue, IssueStep
from lingting.store.models.ledger import LedgerEntry
from lingting.store.models.live_alerts import LiveAlert
from lingting.store.models.nominations import Nomination, NominationStep
from lingting.store.models.practices import Practice, PracticeEvent
from lingting.store.models.projects import Project, ProjectStep
from lingting.store.models.suggestions import Suggestion, SuggestionStep

__all__ = [
    "Account",
    "AccountTeam",
    "Attestation",
    "Base",
    "Issue",
    "IssueStep",
    "LedgerEntry",
    "LiveAlert",
    "Nomination",
    "NominationStep",
    "Practice",
    "PracticeEvent",
    "Project",
    "ProjectStep",
    "RecoveryCode",
    "SecondFactor",
    "SignedIn",
    "Suggestion",
    "SuggestionStep",
    "UsedIdentity",
]
