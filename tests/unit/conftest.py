"""How often hypothesis tries: unit tests run with every change, so fewer times than its own default of 100."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unit", max_examples=30, deadline=None)
settings.load_profile("unit")
