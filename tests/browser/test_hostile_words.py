"""SQL, HTML and scripts typed into every text field that the pages have, and handed in: words stay words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator
from sqlalchemy import inspect

from dashboards.i18n import texts_of
from dashboards.navigation import pages_for
from lingting import audit
from lingting.clock import now
from lingting.rights import Role, Viewer
from lingting.store import Store, add_account, list_accounts, open_store, start_session
from lingting.store.models import Account
from lingting.warehouse import published_connection
from lingting.work.cases import Form
from lingting.work.drafts import Draft
from lingting.work.feedback import feed_back
from lingting.work.practices import propose
from lingting.work.reviews import submit
from lingting.work.scoring import DIMENSIONS, Item
from tests.browser.cockpit import Cockpit, Screen, give_session, profile, queue_of
from tests.browser.conftest import PASSWORD, Serving
from tests.browser.factors import enrol, type_code
from tests.browser.test_reviews import lower
from tests.fixtures.alert_rows import raise_one
from tests.support import PROJECT_ROOT

WORDS = (
    "'); drop table account; -- \" or ''='' <img src=lt-hit onerror=lt_hit=true> <script>lt_hit=true</script>"
    " [x](javascript:lt_hit=true) {{lt_hit}} =HYPERLINK(lt)"
)
SHORT = "'\"><s>--"  # where a field takes a few characters only
FIELDS = ", ".join(
    f'[data-testid="{kind}"] {tag}:visible:enabled'
    for kind, tag in (("stTextInput", "input"), ("stTextArea", "textarea"))
)
# What would be there if the words had become a part of the page.
TAKEN = "img[src='lt-hit'], .stException, [data-testid='stException'], a[href^='javascript:' i]"
OPEN_ALL = "document.querySelectorAll('details:not([open]) > summary').forEach(one => one.click())"
PROOF = [texts_of("zh")(key) for key in ("loop.call", "loop.second", "loop.link")]
TYPES = re.compile(r"(\w+\.(text_input|text_area)|form\.(line|words))$")


@dataclass
class Walk:
    """Which fields were typed into, by their label, and which forms a role has sent from which page."""

    screen: Screen
    labels: set[str]
    sent: set[tuple[str, ...]] = field(default_factory=set)
    fields: int = 0

    def page(self, path: str) -> None:
        """What stands in no form, then each form that was not sent yet: a press may lead elsewhere."""
        self._opened(path)
        self._loose(path)
        self._popovers(path)
        while (form := self._unsent(path)) is not None:
            self._form(form, path)
            self._opened(path)

    def here(self, what: str) -> None:
        """The one form of the page that is open already."""
        self._form(self._forms().first, what)

    def _opened(self, path: str) -> None:
        self.screen.open(path)
        if path.startswith("/review?call="):  # the field for evidence comes with a deduction
            lower(self.screen, texts_of("zh"), "tone", 60)
        self.screen.page.evaluate(OPEN_ALL)
        self.screen.settle()
        self._harmless(path)

    def _forms(self) -> Locator:
        page = self.screen.page
        return page.locator("[data-testid='stMain'] [data-testid='stForm']").filter(has=page.locator(FIELDS))

    def _unsent(self, path: str) -> Locator | None:
        return next((form for form in self._forms().all() if self._kind(form, path) not in self.sent), None)

    def _kind(self, form: Locator, path: str) -> tuple[str, ...]:
        return (path.split("?")[0], *(self._label(one) for one in form.locator(FIELDS).all()))

    def _form(self, form: Locator, path: str) -> None:
        if self._kind(form, path) in self.sent:
            return
        self.sent.add(self._kind(form, path))
        fields = form.locator(FIELDS).all()
        for number in form.locator("[data-testid='stNumberInput'] input").all():
            if not number.input_value():
                number.fill("5")
        for one in fields:
            self._type(one)
        self._press(form, path)
        refused = [one for label in PROOF if (one := form.get_by_label(label, exact=True)).count()]
        if any(one.input_value() == WORDS for one in refused):  # no such call, no such file: once more without it
            for one in refused:
                one.fill("")
            self._press(form, path)

    def _press(self, form: Locator, path: str) -> None:
        form.locator("[data-testid='stFormSubmitButton'] button").first.click()
        self.screen.settle()
        self._harmless(path)

    def _loose(self, path: str) -> None:
        inside = self.screen.page.locator("[data-testid='stMain'] [data-testid='stForm']").locator(FIELDS)
        held = {one.get_attribute("id") for one in inside.all()}
        keys = [key for one in self.screen.page.locator(FIELDS).all() if (key := one.get_attribute("id")) not in held]
        for key in keys:
            one = self.screen.page.locator(f"[id='{key}']")
            if one.count() and one.is_visible():
                self._type(one)
                one.press("Tab")
                self.screen.settle()
                self._harmless(path)

    def _popovers(self, path: str) -> None:
        """The purpose of an export; no other popover asks for words."""
        for button in self.screen.page.locator("[class*='st-key-export_'] [data-testid='stPopover'] button").all():
            button.click()
            form = self.screen.page.locator("[data-testid='stPopoverBody'] [data-testid='stForm']")
            form.locator(FIELDS).first.wait_for()
            self._form(form, f"{path}#popover")
            self.screen.page.keyboard.press("Escape")
            form.wait_for(state="hidden")

    def dialog(self, button: str, path: str) -> None:
        """A form that opens over the page."""
        self.screen.page.get_by_role("button", name=button, exact=True).first.click()
        form = self.screen.page.locator("[role='dialog'] [data-testid='stForm']")
        form.wait_for()
        self._form(form, f"{path}#{button}")

    def _type(self, one: Locator) -> None:
        self.labels.add(self._label(one))
        self.fields += 1
        one.fill(WORDS)
        if one.input_value() != WORDS:
            one.fill(SHORT)
            assert one.input_value() == SHORT

    @staticmethod
    def _label(one: Locator) -> str:
        return str(one.get_attribute("aria-label"))

    def _harmless(self, path: str) -> None:
        assert self.screen.page.evaluate("window.lt_hit") is None, path
        assert self.screen.page.locator(TAKEN).count() == 0, path


@pytest.fixture
def own(cockpit: Cockpit, own_home: Path) -> Iterator[Cockpit]:
    with Serving(own_home) as (address, log):
        yield Cockpit(address, own_home, cockpit.cast, open_store(), log)


def viewer_of(store: Store, name: str) -> Viewer:
    return next(account.viewer() for account in list_accounts(store) if account.name == name)


def given_review(own: Cockpit, call_id: str, *, fed_back: bool) -> str:
    """A call of the agent scored by the supervisor, with hostile words as its evidence."""
    store, sue = own.store, viewer_of(own.store, "sue")
    items = {name: Item() for name in DIMENSIONS} | {"tone": Item(60, None, WORDS, 1.0)}
    review_id = submit(store, sue, Draft(f"form-{call_id}", call_id, "first", items))
    if fed_back:
        feed_back(store, sue, review_id)
    return review_id


def labels_of_fields() -> dict[str, str]:
    """What the code names its text fields: key of the label as a pattern -> where. A new field must be walked, too."""
    found: dict[str, str] = {}
    for path in sorted((PROJECT_ROOT / "dashboards").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and TYPES.match(ast.unparse(node.func))):
                continue
            for given in (one for one in node.args[:2] if isinstance(one, ast.Call) and one.args):
                written = ast.unparse(given.args[0])
                for key in re.findall(r"'([a-z_]+\.[a-z_{}\[\]0-9]+)'", written):
                    found[re.sub(r"\{.*\}", "*", key)] = f"{path.name}:{node.lineno}"
    return found


def patterns(key: str, words: dict[str, str]) -> list[str]:
    """What a label may read, where the key of its words may be one of several."""
    named = [known for known in words if re.fullmatch(re.escape(key).replace(r"\*", ".+"), known)]
    assert named, key
    return [re.sub(r"\\{.*?\\}", ".*", re.escape(words[known])) for known in named]


def calls_of(agent_id: str) -> list[str]:
    """Three recorded calls of the agent."""
    cursor, _ = published_connection()
    with cursor:
        sql = """select call_id from mart_call where agent_id = ? and media_kind = 'audio'
            order by queued_at desc limit 3"""
        found = cursor.execute(sql, [agent_id]).fetchall()
    assert len(found) == 3
    return [str(call_id) for (call_id,) in found]


def first_case(screen: Screen, listed: str) -> str:
    """The address of the first case in a list: ``@issues`` gives ``/issues?issue=...``."""
    where, parameter = {
        "@issues": ("/issues", "issue"),
        "@projects": ("/projects", "project"),
        "@review": ("/sampling?list=appeals", "review"),
        "@accounts": ("/accounts", "who"),
    }[listed]
    screen.open(where)
    found = screen.page.locator(f"[data-testid='stMain'] a[href*='{parameter}=']").first.get_attribute("href")
    assert found, listed
    return "/" + found.removeprefix(screen.cockpit.address).lstrip("/")


def signing_in(own: Cockpit, browser: Browser, labels: set[str]) -> int:
    """The steps of signing in: name and password, first code, code, the password that replaces the first one."""
    for name in ("newcomer", "known", "replacing"):
        add_account(own.store, name, Role.MANAGEMENT, PASSWORD)
    enrol(own, "known")
    replacing, _ = enrol(own, "replacing")
    with own.store.begin() as session:
        session.query(Account).filter_by(name="replacing").update({"must_change_password": True})
    n_fields = 0
    leads = {"": "sign_in.lead", "newcomer": "enter.enrol_lead", "known": "enter.code_lead",
             "replacing": "enter.password_lead"}  # fmt: skip
    for name, lead in leads.items():
        context = profile(browser)
        screen = Screen(context.new_page(), own)
        screen.open("/")
        if name:
            screen.sign_in(name, PASSWORD)
        if name == "replacing":
            type_code(screen, replacing.now())
        screen.page.get_by_text(texts_of("zh")(lead)).wait_for()
        screen.settle()  # the form of the step before may stand for a moment longer
        walk = Walk(screen, labels)
        walk.here(f"signing in of {name}")
        n_fields += walk.fields
        assert screen.problems == []
        context.close()
    return n_fields


def test_words_typed_into_any_field_stay_words(own: Cockpit, browser: Browser) -> None:
    store, cast = own.store, own.cast
    texts = texts_of("zh")
    told, waiting, unscored = calls_of(cast.agent_id)
    given_review(own, told, fed_back=True)
    given_review(own, waiting, fed_back=False)
    heard = (max(0.0, cast.second - 5.0), cast.second + 5.0)
    propose(store, viewer_of(store, "qin"), cast.call_id, *heard, WORDS, WORDS, Form())
    raise_one(store, now(), member=queue_of(cast.team_id))
    accounts = {account.name for account in list_accounts(store)}
    tables = inspect(store.kw["bind"]).get_table_names()
    labels: set[str] = set()
    n_fields = 0
    # Each person walks the own pages that nobody walked before, and the addresses below: forms that open on one case.
    walked: set[str] = set()
    more = {
        "qin": ["/issues?new=1", "/projects?new=1", "/sampling?list=scorecard", "@issues", "@projects"],
        "sue": ["/issues?new=1", f"/coaching?agent={cast.agent_id}", f"/review?call={unscored}", "@issues"],
        "amy": [],
        "boss": ["@issues", "@projects", "/ledger", "/stars", "/suggestions"],
        "qiu": ["@review", "@issues", "/practices"],
        "cai": [f"/customer?call={cast.call_id}", "@issues"],
        "dan": [],
        "ada": ["@accounts"],
    }
    for name, addresses in more.items():
        account = next(one for one in list_accounts(store) if one.name == name)
        context = profile(browser)
        give_session(context, own.address, start_session(store, account.user_id))
        screen = Screen(context.new_page(), own)
        walk = Walk(screen, labels)
        for path in sorted(set(pages_for(account.role)) - walked):
            walk.page(f"/{path}")
        walked |= set(pages_for(account.role))
        for path in addresses:
            walk.page(first_case(screen, path) if path.startswith("@") else path)
        if name == "boss":
            for button in ("alerts.acknowledge", "alerts.resolve"):
                screen.open("/alerts")
                walk.dialog(texts(button), "/alerts")
            screen.open("/issues")
            read = screen.page.locator("[data-testid='stMain']").inner_text()
            assert WORDS in read, "what a colleague wrote is read as it was written"
        assert screen.problems == [], name
        n_fields += walk.fields
        context.close()
    n_fields += signing_in(own, browser, labels)
    missed = {
        where: key
        for key, where in labels_of_fields().items()
        if not any(re.fullmatch(pattern, label) for pattern in patterns(key, texts.words) for label in labels)
    }
    assert missed == {}, "fields that nobody typed into"
    print(f"\n{n_fields} fields, {len(labels)} labels")
    assert {account.name for account in list_accounts(store)} >= accounts
    assert inspect(store.kw["bind"]).get_table_names() == tables
    assert list(audit.verify(audit.entries(limit=1_000_000))) == []
    assert "Traceback" not in own.log.read_text(encoding="utf-8", errors="replace")
