"""Links between articles of the knowledge base; one that leads to a retired article is broken until it is removed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.office.book import Book
from simulator.options import Options, generator

STREAM = 4120
MOMENT = np.timedelta64(19 * 3_600_000, "ms")  # links are edited in the evening
MOST = 3


@dataclass(frozen=True)
class Link:
    link_id: str
    source: int
    target: int


class Links:
    """A new article leads to up to three live ones; two thirds of the links to a retired one are removed that day."""

    def __init__(self, options: Options, book: Book) -> None:
        self._book = book
        self._rng = generator(options.seed, options.start, STREAM)
        self._links: list[Link] = []
        self._rows: list[dict[str, object]] = []
        self._n = 0

    def added(self, article: int, live: list[int], day: np.datetime64) -> None:
        others = [one for one in live if one != article]
        for target in self._rng.choice(others, min(len(others), int(self._rng.integers(0, MOST + 1))), replace=False):
            self._n += 1
            link = Link(f"L{self._n:06d}", article, int(target))
            self._links.append(link)
            self._step(link, "added", day)

    def retired(self, article: int, day: np.datetime64) -> None:
        for link in [link for link in self._links if link.target == article]:
            if self._rng.random() < 2 / 3:
                self._links.remove(link)
                self._step(link, "removed", day)

    def _step(self, link: Link, event: str, day: np.datetime64) -> None:
        self._rows.append(
            {
                "kb_link_event_id": f"{link.link_id}-{event}",
                "link_id": link.link_id,
                "event": event,
                "happened_at": day.astype("datetime64[ms]") + MOMENT,
                "from_article_id": f"K{link.source:05d}",
                "to_article_id": f"K{link.target:05d}",
            }
        )

    def close_month(self, first: np.datetime64, live: set[int]) -> None:
        """Plant what holds at the end of the month that began on ``first``."""
        standing = [link for link in self._links if link.source in live]
        broken = sum(link.target not in live for link in standing)
        self._book.part("kb_broken_links", "share", first, broken, len(standing), whole_month=True)
        orphans = len(live - {link.target for link in standing})
        self._book.part("kb_orphans", "share", first, orphans, len(live), whole_month=True)

    def finish(self) -> None:
        self._book.rows("kb_links", pd.DataFrame(self._rows), made="happened_at")
