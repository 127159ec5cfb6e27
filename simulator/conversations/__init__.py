"""Conversations with planted truth: written ones (`write_texts`) and the recordings (`recordings_catalogue`).

Which calls happen, and when, is not decided here. The names below are loaded when first used: the recording script
imports the dialogues in an environment that has no pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.conversations.catalogue import RecordingFixture, recordings_catalogue
    from simulator.conversations.texts import Planted, write_texts

__all__ = ["Planted", "RecordingFixture", "recordings_catalogue", "write_texts"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "texts" if name in ("Planted", "write_texts") else "catalogue"
    return getattr(import_module(f"{__name__}.{module}"), name)
