"""The long-running look at calls that go on: every few seconds new events become alerts and due messages go out."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

from sqlalchemy.exc import SQLAlchemyError

from lingting.alerting.check import check_live
from lingting.alerting.deliver import deliver
from lingting.store.database import Store


def watch(store: Store, seconds: float, say: Callable[[str], None]) -> None:
    """Until SIGTERM or Ctrl-C. A store that does not answer for a while is told and asked again."""
    over = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    say(f"watching for alerts every {seconds:g} s")
    while not over.is_set():
        try:
            found, sent = check_live(store), deliver(store)
        except SQLAlchemyError as error:
            say(f"the store does not answer ({type(error).__name__}); trying again")
        else:
            if found.n_raised or found.n_cleared or sent.n_sent:
                say(f"raised {found.n_raised}, cleared {found.n_cleared}, sent {sent.n_sent}")
            for channel, reason in sent.errors.items():
                say(f"channel {channel} failed: {reason}")
        over.wait(seconds)
    say("stopped")
