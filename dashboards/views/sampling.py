"""What is to be scored and settled: level-2 list, level-3 queue, blind second scorings, drafts, feedback, appeals."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboards.components import address, review_lists, review_work
from dashboards.components.page import Page, card, title
from lingting.rights import Role

_LISTS: dict[str, tuple[tuple[Role, ...], Callable[[Page], int], Callable[[Page], None]]] = {
    "level2": ((Role.SUPERVISOR, Role.QUALITY), review_lists.n_level2, review_lists.level2),
    "level3": ((Role.QUALITY,), review_lists.n_level3, review_lists.level3),
    "second": ((Role.QUALITY,), review_lists.n_second, review_lists.second),
    "drafts": ((Role.SUPERVISOR, Role.QUALITY), review_lists.n_drafts, review_lists.drafts),
    "feedback": ((Role.SUPERVISOR, Role.QUALITY), review_work.n_feedback, review_work.feedback),
    "appeals": ((Role.QUALITY,), review_work.n_appeals, review_work.appeals),
    "scorecard": ((Role.QUALITY,), review_work.n_versions, review_work.scorecard),
}


def render(page: Page) -> None:
    texts = page.texts
    title(texts("nav.sampling"), texts(f"sampling.lead_{page.viewer.role.value}"))
    own = [name for name, (roles, _, _) in _LISTS.items() if page.viewer.role in roles]
    if page.viewer.role is Role.QUALITY:
        own.append(own.pop(own.index("level2")))  # quality looks on; the samples are the supervisors' work
    counts = {name: _LISTS[name][1](page) for name in own}
    wanted = address.read().get("list")
    chosen = st.segmented_control(
        texts("sampling.which"),
        own,
        default=wanted if wanted in own else own[0],
        required=True,
        format_func=lambda name: texts("sampling.tab", name=texts(f"sampling.{name}"), n=counts[name]),
        key=f"sampling_list_{page.language}",
        label_visibility="collapsed",
    )
    address.write({"list": chosen if chosen != own[0] else None}, keep=("list",))
    with card(f"sampling_{chosen}"):
        _LISTS[chosen][2](page)
