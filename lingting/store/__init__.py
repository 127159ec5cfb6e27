"""What people enter themselves (accounts, sessions) and the alerts of calls that go on (SQLAlchemy + Alembic).

SQLite in $LINGTING_HOME/store by default, PostgreSQL by `store_url`. Facts about calls are in the lake, not here.
"""

from lingting.rights import Role
from lingting.store.accounts import (
    AccountView,
    account_by_id,
    account_named,
    add_account,
    list_accounts,
    set_disabled,
    set_password,
    sign_in,
)
from lingting.store.alerts import add_alert, alerts_after
from lingting.store.database import Store, StoreDown, open_store
from lingting.store.sessions import end_session, live_session, session_mark, start_session

__all__ = [
    "AccountView",
    "Role",
    "Store",
    "StoreDown",
    "account_by_id",
    "account_named",
    "add_account",
    "add_alert",
    "alerts_after",
    "end_session",
    "list_accounts",
    "live_session",
    "open_store",
    "session_mark",
    "set_disabled",
    "set_password",
    "sign_in",
    "start_session",
]
