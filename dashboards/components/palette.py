"""Colours that colour-blind readers tell apart (after Okabe and Ito); a status also has an icon and a word."""

from __future__ import annotations

INK = "#1B2733"
MUTED = "#5B6878"
FAINT = "#B8C2CE"
LINE = "#DCE2EA"
ACCENT = "#1F5FA8"
OTHER = "#B26A00"

GOOD = "#00795A"
WATCH = "#9A5B00"
BAD = "#B83A00"

# Series of a chart that shows several formulas: Okabe and Ito without the yellow that fades on white.
SERIES = ["#1F5FA8", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#8A6D00"]
# Heat map: orange below the target, white at it, blue above.
HEAT = ["#D55E00", "#F6C9A0", "#F7F7F5", "#9CC3E6", "#2166AC"]
