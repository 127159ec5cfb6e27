"""The tables of the store, a module a subject. How they came to be is in migrations/; a test holds the two equal.

Times are UTC without a zone, as everywhere in Lingting, so that SQLite and PostgreSQL agree.
"""

from lingting.store.models.accounts import Account, AccountTeam, SignedIn
from lingting.store.models.alerts import Alert, AlertDelivery, AlertMark, AlertMute, AlertStep, AlertWindow
from lingting.store.models.base import Base
from lingting.store.models.live_alerts import LiveAlert

__all__ = [
    "Account",
    "AccountTeam",
    "Alert",
    "AlertDelivery",
    "AlertMark",
    "AlertMute",
    "AlertStep",
    "AlertWindow",
    "Base",
    "LiveAlert",
    "SignedIn",
]
