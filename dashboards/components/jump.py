"""A button that jumps to a second of the call that is open; without a sound it only tells the second."""

from __future__ import annotations

from dashboards.components.html import escaped
from dashboards.components.numbers import clock
from dashboards.i18n import Texts


def to_second(second: float, texts: Texts, playable: bool) -> str:
    """See player.py for what makes it jump."""
    if not playable:
        return f'<span class="lt-at quiet">{clock(second)}</span>'
    return (
        f'<span class="lt-at" role="button" tabindex="0" data-at="{second:.2f}" '
        f'title="{escaped(texts("call.jump"))}">▶ {clock(second)}</span>'
    )
