"""The knowledge base: articles added, changed, reviewed and retired, and how agents used what was shown to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.kb_links import Links
from simulator.office.today import Today
from simulator.options import Options

ARTICLES, USAGE = 410, 411
N_AT_START = 60
HOUR = 3_600_000
DOMAINS = ("product", "process", "faq")
PERIODS = (30, 60, 90)
NEGLECTED = 9  # every ninth article is never reviewed again
SUBSTANTIVE = 0.1  # share of the text; exactly a tenth counts
AUTHORS = ("E021", "E022", "E023")


@dataclass
class Article:
    """What is true of one article; days are datetime64[D]."""

    number: int
    domain: str
    period: int
    reviewed: np.datetime64
    version: int = 1
    retires: np.datetime64 | None = None  # already planned on the day on which it was made


class Knowledge:
    """About a tenth of the articles changes in substance in a month; cosmetic edits are as many and do not count."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book = book
        self._links = Links(options, book)
        self._live: dict[int, Article] = {}
        self._rows: list[dict[str, object]] = []
        self._n = 0
        self._month: np.datetime64 | None = None
        self._n_live_at_start = 0
        self._touched: dict[str, set[int]] = {"substantive": set(), "any_edit": set()}

    def day(self, today: Today) -> None:
        rng = today.random(ARTICLES)
        day = today.midnight.astype("datetime64[D]")
        if today.index == 0:
            self._stock(day, rng)
        if day.astype("datetime64[M]") != self._month:
            self._close_month(day - np.timedelta64(1, "D"))
            self._month = day.astype("datetime64[M]")
            self._n_live_at_start = len(self._live)
        self._use(today)
        self._edit(day, rng)
        self._last = day

    def finish(self) -> None:
        self._close_month(self._last)
        self._book.rows("kb_articles", pd.DataFrame(self._rows), made="happened_at")
        self._links.finish()

    def _stock(self, day: np.datetime64, rng: np.random.Generator) -> None:
        """Articles made well before the first day; some of them were reviewed since."""
        for _ in range(N_AT_START):
            article = self._add(day - np.timedelta64(int(rng.integers(5, 9)) * 14, "D"), rng)
            if rng.random() < 0.8:
                since = int(rng.integers(1, 6)) * 7
                article.reviewed = day - np.timedelta64(since, "D")
                self._step(article, "reviewed", article.reviewed, rng)

    def _add(self, day: np.datetime64, rng: np.random.Generator) -> Article:
        self._n += 1
        article = Article(self._n, DOMAINS[self._n % 3], PERIODS[int(rng.integers(3))], day)
        self._live[self._n] = article
        self._step(article, "created", day, rng)
        self._links.added(article.number, list(self._live), day)
        return article

    def _step(self, article: Article, event: str, day: np.datetime64, rng: np.random.Generator,
              share: float | None = None) -> None:  # fmt: skip
        if event == "changed":
            article.version += 1
        self._rows.append(
            {
                "kb_event_id": f"K{article.number:05d}-{len(self._rows) + 1:06d}",
                "article_id": f"K{article.number:05d}",
                "version_no": article.version,
                "event": event,
                "happened_at": day.astype("datetime64[ms]") + np.timedelta64(int(rng.integers(9, 18)) * HOUR, "ms"),
                "changed_share": share,
                "domain": article.domain,
                "title": f"{article.domain} {article.number}",
                "review_period_days": article.period,
                "author_id": AUTHORS[int(rng.integers(len(AUTHORS)))],
            }
        )

    def _touch(self, article: Article, is_substantive: bool = True) -> None:
        self._touched["any_edit"].add(article.number)
        if is_substantive:
            self._touched["substantive"].add(article.number)

    def _edit(self, day: np.datetime64, rng: np.random.Generator) -> None:
        """At most one step an article and day."""
        for article in list(self._live.values()):
            draw, due = rng.random(), (day - article.reviewed).astype(int) >= article.period - 5
            if article.retires == day or (article.retires is None and draw > 0.9995):
                del self._live[article.number]
                self._step(article, "retired", day, rng)
                self._links.retired(article.number, day)
                self._touch(article)
            elif draw < 0.004:
                share = SUBSTANTIVE if draw < 0.001 else float(np.round(0.1 + 0.8 * rng.random(), 3))
                self._step(article, "changed", day, rng, share)
                self._touch(article)
            elif draw < 0.008:
                share = 0.0999 if draw < 0.005 else float(np.round(0.09 * rng.random(), 3))
                self._step(article, "changed", day, rng, share)
                self._touch(article, is_substantive=False)
            elif due and draw < 0.3 and article.number % NEGLECTED:
                article.reviewed = day
                self._step(article, "reviewed", day, rng)
        if rng.random() < 0.1:
            article = self._add(day, rng)
            self._touch(article)
            if rng.random() < 0.3:
                article.retires = day + np.timedelta64(2, "D")

    def _close_month(self, last: np.datetime64) -> None:
        """The rates of the month that ends, or is cut off, on ``last``."""
        if self._month is None:
            return
        first = self._month.astype("datetime64[D]")
        for formula, touched in self._touched.items():
            n = min(len(touched), self._n_live_at_start)
            self._book.part("kb_update_rate", formula, first, n, self._n_live_at_start, whole_month=True)
            touched.clear()
        in_time = sum((last - a.reviewed).astype(int) <= a.period for a in self._live.values())
        self._book.part("kb_freshness", "within_review_period", first, in_time, len(self._live), whole_month=True)
        self._links.close_month(first, set(self._live))

    def _use(self, today: Today) -> None:
        """Articles shown during a fifth of the calls; what was marked is known when the call is over."""
        rng = today.random(USAGE)
        calls = today.calls
        calls = calls[calls["is_segment"] & (calls["ended_at"] < self._book.end) & (rng.random(len(calls)) < 0.2)]
        n = len(calls)
        if n == 0:
            return
        answered = calls["answered_at"].to_numpy(dtype="datetime64[ms]")
        length = (calls["ended_at"].to_numpy(dtype="datetime64[ms]") - answered).astype(np.int64)
        moment = [answered + (length * tenth // 10).astype("timedelta64[ms]") for tenth in (2, 4, 6)]
        is_opened = rng.random(n) < 0.7
        is_used = is_opened & (rng.random(n) < 0.65)
        is_resolved = is_used & (rng.random(n) < 0.8)
        is_push = rng.random(n) < 0.75
        article = np.array([f"K{number:05d}" for number in self._live], dtype=object)
        never = np.datetime64("NaT", "ms")
        rows = pd.DataFrame(
            {
                "kb_usage_id": "U" + calls["call_id"].to_numpy(),
                "kind": np.where(is_push, "push", "search"),
                "article_id": article[rng.integers(0, len(article), n)],
                "agent_id": calls["agent_id"].to_numpy(),
                "call_id": calls["call_id"].to_numpy(),
                "contact_id": calls["contact_id"].to_numpy(),
                "pushed_at": moment[0],
                "opened_at": np.where(is_opened, moment[1], never),
                "used_at": np.where(is_used, moment[2], never),
                "is_resolved": pd.Series(is_resolved, dtype=object).where(is_used, None),
            }
        )
        self._book.rows("kb_usage", rows, made="pushed_at")
        agent = rows["agent_id"].to_numpy()
        for kpi, good, base in (
            ("kb_push_opened", is_opened, is_push),
            ("kb_push_used", is_used, is_push),
            ("kb_push_resolved", is_resolved, is_push & is_used),
        ):
            self._book.part(kpi, kpi, moment[0][base], good[base], np.ones(base.sum()), agent=agent[base])
