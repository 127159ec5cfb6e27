"""Writes noise_tables.yaml: for the characters of the dialogues, characters that sound the same and traditional forms.

Run by hand when dialogues gain new characters: `python -m simulator.conversations.make_noise_tables`. Needs pypinyin
and OpenCC, which the simulator itself does without; the tables are committed.
"""

from __future__ import annotations

import yaml
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin, pinyin

from simulator.conversations.dialogues import FOLDER, clause_texts, dialogues, slots

PER_CHARACTER = 4
# Numbers stay numbers, and nothing becomes one.
NEVER = set("零一二两三四五六七八九十百千万幺点妖腰吆洞拐勾壹贰叁肆伍陆柒捌玖拾")


def readings(character: str) -> list[str]:
    """All toneless readings of one character."""
    return sorted(set(pinyin(character, style=Style.NORMAL, heteronym=True)[0]))


def sentences() -> list[str]:
    """All Chinese lines, clause sentences and slot values."""
    texts = [line.text for dialogue in dialogues() for line in dialogue.lines]
    texts += [
        text
        for sets in clause_texts()["zh"].values()
        for kind in (sets.present, sets.omitted, sets.answer)
        for text in kind
    ]
    texts += [value for values in slots()["zh"].values() for value in values]
    return texts


def context_readings(texts: list[str]) -> str:
    """Characters whose reading in these texts is not their usual one: it hangs on neighbours that must then stay."""
    found = set()
    for text in texts:
        words = "".join(character if "一" <= character <= "鿿" else " " for character in text)
        for word in words.split():
            for character, reading in zip(word, lazy_pinyin(word), strict=True):
                if lazy_pinyin(character)[0] != reading:
                    found.add(character)
    return "".join(sorted(found))


def main() -> None:
    """Writes the tables beside this module."""
    to_traditional, to_simplified = OpenCC("s2t"), OpenCC("t2s")
    common = [bytes((high, low)).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)]
    single = {character: readings(character)[0] for character in common if character and len(readings(character)) == 1}
    homophones, traditional = {}, {}
    texts = sentences()
    used = sorted({character for text in texts for character in text if "一" <= character <= "鿿"})
    for character in used:
        if character not in NEVER and character in single:
            same = [
                one for one, sound in single.items() if sound == single[character] and one not in NEVER | {character}
            ]
            if same:
                homophones[character] = "".join(same[:PER_CHARACTER])
        form = to_traditional.convert(character)
        if form != character and to_simplified.convert(form) == character:
            traditional[character] = form
    header = "# Written by make_noise_tables.py; do not edit.\n"
    tables = {"context_readings": context_readings(texts), "homophones": homophones, "traditional": traditional}
    text = yaml.safe_dump(tables, allow_unicode=True, sort_keys=True, width=120)
    (FOLDER / "noise_tables.yaml").write_text(header + text, encoding="utf-8")


if __name__ == "__main__":
    main()
