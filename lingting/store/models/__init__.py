"""The tables of the store, a module a subject. How they came to be is in migrations/; a test holds the two equal.

Times are UTC without a zone, as everywhere in Lingting, so that SQLite and PostgreSQL agree.
"""

from lingting.store.models.accounts import Account, AccountTeam, SignedIn
from lingting.store.models.base import Base
from lingting.store.models.coaching import CoachingNote
from lingting.store.models.live_alerts import LiveAlert
from lingting.store.models.reviews import Review, ReviewDraft, ReviewItem, ReviewStep, Scorecard

__all__ = [
    "Account",
    "AccountTeam",
    "Base",
    "CoachingNote",
    "LiveAlert",
    "Review",
    "ReviewDraft",
    "ReviewItem",
    "ReviewStep",
    "Scorecard",
    "SignedIn",
]
