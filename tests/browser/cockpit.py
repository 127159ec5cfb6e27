"""What the browser tests know of the cockpit: who plays in it, and how to drive and read a page."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from lingting.store import Store
from lingting.warehouse import published_connection

WAIT = 45_000
# Streamlit's page first asks for its server below its own path and then above; the browser reports the first as 404.
_PROBES = re.compile(r"/_stcore/(health|host-config)$")

# Text that a person sees: no icon ligatures, nothing hidden, no words of a transcript; with the words in charts,
# titles, alternatives and hints. Streamlit gives no way to word the alternative text of a logo.
_VISIBLE_TEXT = """() => {
  const found = [document.title];
  const icons = '[data-testid="stIconMaterial"], [data-testid="stSkipToContent"]';
  const skipped = `script, style, noscript, .lt-words, q, ${icons}`;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent && !parent.closest(skipped) && parent.checkVisibility({visibilityProperty: true})) {
      found.push(walker.currentNode.textContent);
    }
  }
  for (const attribute of ['title', 'alt', 'placeholder']) {
    for (const node of document.querySelectorAll(`[${attribute}]`)) {
      if (!node.closest(skipped) && node.alt !== 'Logo') found.push(node.getAttribute(attribute));
    }
  }
  return found.map(text => text.trim()).filter(text => text).join('\\n');
}"""
_OVERFLOW = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const all = [...document.querySelectorAll('.lt-table :is(td, th)')];
  const cells = all.map(cell => cell.scrollWidth - cell.clientWidth);
  return Math.max(
    document.documentElement.scrollWidth - window.innerWidth, main.scrollWidth - main.clientWidth, ...cells);
}"""
_SETTLED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.getAttribute('data-test-script-state') === 'notRunning'
    && !document.querySelector('[data-stale="true"]');
}"""


def queue_of(team_id: str) -> str:
    """The queue that the team serves most."""
    cursor, _ = published_connection()
    with cursor:
        sql = "select queue_id from mart_call where team_id = ? group by 1 order by count(*) desc limit 1"
        return str(cursor.execute(sql, [team_id]).fetchall()[0][0])


def profile(browser: Browser, width: int = 1440) -> BrowserContext:
    """A new browser profile, of nobody."""
    return browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")


def give_session(context: BrowserContext, address: str, token: str) -> None:
    """Put the cookie of a session into a profile, as the sign-in form does."""
    cookie = {"name": "lingting_session", "value": token, "url": address}
    context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Strict"}])


@dataclass(frozen=True)
class Cast:
    """Who plays: an agent with a recorded call and the agent's team; an agent of another team, with a call."""

    agent_id: str
    team_id: str
    call_id: str
    second: int
    foreign_call_id: str
    outside_call_id: str
    other_agent_id: str
    other_team_id: str
    data_words: tuple[str, ...]


@dataclass(frozen=True)
class Cockpit:
    address: str
    home: Path
    cast: Cast
    store: Store
    log: Path


def find_cast() -> Cast:
    """Look the cast up in the published build, so that the tests run over a real build as well."""
    cursor, _ = published_connection()
    agent, team, call, second = cursor.execute(
        """select c.agent_id, c.team_id, c.call_id, cast(floor(max(f.at_seconds)) as integer)
        from mart_call as c join mart_finding as f on c.call_id = f.call_id and c.recording_id = f.recording_id
        where c.media_kind = 'audio' and c.transcript_status = 'ok' and f.outcome = 'hit' and c.language = 'zh'
        group by all having max(f.at_seconds) > 5 order by c.call_id desc limit 1"""
    ).fetchall()[0]
    (foreign,) = cursor.execute("select min(call_id) from mart_call where agent_id <> ?", [agent]).fetchall()[0]
    other_agent, other_team, outside = cursor.execute(
        "select agent_id, team_id, call_id from mart_call where team_id <> ? order by call_id limit 1", [team]
    ).fetchall()[0]
    words: set[str] = set()
    for query in (
        "select agent_name from dim_agent union select agent_id from dim_agent",
        "select topic from mart_call union select call_id from mart_call union select engine from mart_call",
        f"select text_masked from mart_turn where call_id = '{call}'",
        f"select matched_text from mart_finding where call_id = '{call}'",
        f"select phrase from mart_finding where call_id = '{call}'",
        f"select rule_id from mart_finding where call_id = '{call}'",
        f"select distinct rule_version from mart_finding where call_id = '{call}'",
        f"select model_version from mart_call_score where call_id = '{call}'",
        "select appeal_id from fct_score_appeal",
        "select evidence_text from fct_review_item union select topic from fct_ticket",
        "select topic from mart_practice",
        "select subject from mart_growth_record union select kind from fct_certificate",
        "select unnest(json_extract_string(reasons, '$[*].code')) from mart_call_score",
        "select unnest(json_extract_string(reasons, '$[*].rule_id')) from mart_call_score",
        "select source_clause from kpi_catalogue union select build_id from build_info",
        "select topic from mart_top_issue union select benefit_basis from mart_quality_roi",
    ):
        words |= {str(value) for (value,) in cursor.execute(query).fetchall() if value}
    cursor.close()
    return Cast(
        agent,
        team,
        call,
        second,
        foreign,
        outside,
        other_agent,
        other_team,
        tuple(sorted(words, key=len, reverse=True)),
    )


class Screen:
    """One browser tab on the cockpit."""

    def __init__(self, page: Page, cockpit: Cockpit) -> None:
        self.page = page
        self.cockpit = cockpit
        self.problems: list[str] = []
        page.set_default_timeout(WAIT)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _PROBES.search(message.location.get("url", "")):
            self.problems.append(f"{message.text} ({message.location.get('url', '')})")

    def open(self, path: str) -> None:
        """Go to an address and wait until the page is drawn."""
        self.page.goto(self.cockpit.address + path)
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_selector(".lt-foot, .lt-empty, .lt-brand, .lt-title, [data-testid='stAlert']")
        self.page.wait_for_timeout(150)  # a click needs a moment to reach the server before the page counts as running
        self.page.wait_for_function(_SETTLED)

    def sign_in(self, name: str, password: str) -> None:
        fields = self.page.locator('[data-testid="stForm"] input')
        fields.nth(0).fill(name)
        fields.nth(1).fill(password)
        self.page.locator('[data-testid="stFormSubmitButton"] button').click()
        self.settle()

    def text(self) -> str:
        """All text that a person can see."""
        return str(self.page.evaluate(_VISIBLE_TEXT))

    def text_of_ours(self) -> str:
        """The same without what comes from data: names, topics, transcripts, ids."""
        text = self.text()
        for word in self.cockpit.cast.data_words:
            text = text.replace(word, " ")
        return text

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window, or words are wider than the cell that they stand in."""
        return int(self.page.evaluate(_OVERFLOW))

    def see_all(self) -> None:
        """Make the window as high as the page: charts below the fold are drawn and a screenshot holds it all."""
        height = self.page.evaluate("document.querySelector('[data-testid=\"stMain\"]').scrollHeight")
        size = self.page.viewport_size
        assert size is not None
        self.page.set_viewport_size({"width": size["width"], "height": max(900, int(height) + 20)})
        self.page.wait_for_timeout(300)
        self.settle()

    def keep(self, name: str) -> None:
        """Save a screenshot where LINGTING_SCREENSHOTS names a folder."""
        folder = os.environ.get("LINGTING_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=str(Path(folder) / f"{name}.png"))
