"""The words of the cockpit: both languages hold the same keys, and no page holds a word of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from dashboards.i18n import LANGUAGES, texts_of
from dashboards.i18n.texts import Language

ROOM = Path(__file__).resolve().parent.parent.parent / "dashboards"
MODULES = sorted(path for path in ROOM.rglob("*.py") if "data" not in path.relative_to(ROOM).parts)
CJK = re.compile(r"[\u3400-\u9fff\uff00-\uffef]")
LATIN_IN_CHINESE = {"English"}  # the switch names each language in its own words
CJK_IN_ENGLISH = {"app.other_language"}
# Calls whose text arguments a person reads.
SHOWN_BY = {
    "button", "caption", "empty", "error", "form_submit_button", "header", "info", "link", "link_button", "markdown",
    "metric", "popover", "radio", "section", "segmented_control", "selectbox", "subheader", "success", "tab", "text",
    "text_cell", "text_input", "title", "toggle", "toast", "warning", "write", "escaped",
}  # fmt: skip


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in MODULES:
        yield path.relative_to(ROOM).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def strings_shown(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SHOWN_BY and getattr(getattr(node.func, "value", None), "id", "") != "LOG":
                yield from (text_of(item) for item in node.args)
                named = {"label", "help", "placeholder", "body"}
                yield from (text_of(word.value) for word in node.keywords if word.arg in named)


def text_of(node: ast.AST) -> str:
    """The value of a string literal; empty for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def markup(tree: ast.Module) -> Iterator[str]:
    """Text between the tags of HTML literals; what an f-string puts in is left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(text_of(part) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        else:
            text = text_of(node)
        if re.search(r"<(span|div|b|small|h\d|p|td|th|q)\b", text):
            yield re.sub(r"<[^>]*>?|\{\}|&\w+;", " ", text.split(">", 1)[-1])


def test_both_languages_have_the_same_keys() -> None:
    keys = [set(texts_of(language).words) for language in LANGUAGES]
    assert keys[0] == keys[1]


def test_both_languages_name_the_same_values() -> None:
    def fields(language: Language, key: str) -> list[str]:
        return sorted(name for _, name, _, _ in Formatter().parse(texts_of(language).words[key]) if name)

    assert [key for key in texts_of("zh").words if fields("zh", key) != fields("en", key)] == []


def test_english_has_no_chinese() -> None:
    wrong = {key: word for key, word in texts_of("en").words.items() if CJK.search(word) and key not in CJK_IN_ENGLISH}
    assert wrong == {}


def test_chinese_has_no_english() -> None:
    def words(text: str) -> set[str]:
        return set(re.findall(r"[A-Za-z]{2,}", re.sub(r"\{[^}]*\}", "", text))) - LATIN_IN_CHINESE

    assert {key: words(text) for key, text in texts_of("zh").words.items() if words(text)} == {}


def test_no_module_holds_chinese_words() -> None:
    found = [(name, text_of(node)) for name, tree in trees() for node in ast.walk(tree) if CJK.search(text_of(node))]
    assert found == []


def test_no_module_shows_a_word_of_its_own() -> None:
    found = [(name, text) for name, tree in trees() for text in strings_shown(tree) if re.search(r"[A-Za-z]{2,}", text)]
    assert [item for item in found if not re.fullmatch(r"[a-z_]+", item[1])] == []


def test_no_markup_holds_a_word_of_its_own() -> None:
    found = [(name, text) for name, tree in trees() for text in markup(tree) if re.search(r"[A-Za-z]{2,}", text)]
    assert found == []


def keys_used() -> Iterator[tuple[str, str]]:
    """(module, key or f-string pattern) of each ``texts("…")``, ``maybe("…")`` and of keys listed as data."""
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [re.escape(text_of(p)) if isinstance(p, ast.Constant) else r"[\w.]+" for p in node.values]
                if re.fullmatch(r"[a-z_]+\\\..*", "".join(parts)):
                    yield name, "".join(parts)
            elif re.fullmatch(r"[a-z_]+\.[A-Za-z_.0-9]+", text_of(node)):
                yield name, re.escape(text_of(node))


def test_every_key_that_is_asked_for_exists() -> None:
    known = texts_of("zh").words
    called = [
        (name, text_of(node.args[0]))
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", "") == "texts" or getattr(node.func, "attr", "") == "texts")
        and node.args
        and text_of(node.args[0])
    ]
    assert called
    assert [(name, key) for name, key in called if key not in known] == []


def test_every_key_is_asked_for_somewhere() -> None:
    patterns = [re.compile(pattern) for _, pattern in keys_used()]
    unused = [key for key in texts_of("zh").words if not any(pattern.fullmatch(key) for pattern in patterns)]
    assert unused == []
