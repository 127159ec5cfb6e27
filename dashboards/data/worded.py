"""What rows with words in both languages share. No dataclasses: they add no field, so a row's columns stay its own."""

from __future__ import annotations


class Labelled:
    label_zh: str
    label_en: str

    def label(self, language: str) -> str:
        return self.label_zh if language == "zh" else self.label_en


class Defined(Labelled):
    """A formula of a KPI."""

    meaning_zh: str
    meaning_en: str
    formula_zh: str
    formula_en: str

    def meaning(self, language: str) -> str:
        return self.meaning_zh if language == "zh" else self.meaning_en

    def formula(self, language: str) -> str:
        return self.formula_zh if language == "zh" else self.formula_en
