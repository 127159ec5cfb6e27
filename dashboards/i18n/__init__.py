"""The words of the pages in both languages (zh.yaml, en.yaml). No page holds a word of its own; a test sees to it."""

from dashboards.i18n.texts import LANGUAGES, Texts, texts_of

__all__ = ["LANGUAGES", "Texts", "texts_of"]
