"""The address that an export is fetched from. It trusts nothing of the page: cookie, account and rights of this moment.

Before a byte leaves, the access log has the entry; where it can not be written, nothing leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from dashboards import door
from dashboards.data import queries
from dashboards.exports import files, orders
from dashboards.exports.orders import Order
from dashboards.i18n import Texts, texts_of
from lingting import audit
from lingting.clock import local, now
from lingting.rights import Forbidden, Viewer
from lingting.settings import settings

PATH = "/export"
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_HEADERS = {"cache-control": "no-store"}


def give(request: Request) -> Response:
    """The file of a ticket, for the session that ordered it; anybody else gets 403 and not a byte."""
    ticket = str(request.path_params["ticket"])
    viewer = door.who(request)
    order = orders.take(ticket, viewer.user_id, viewer.session) if viewer else None
    if viewer is None or order is None or not viewer.may("export"):
        return _refused(viewer, order.name if order else "")
    texts = texts_of(order.language)
    try:
        rows = order.question(viewer)
        limit = settings().cockpit.export_rows
        if len(rows) > limit:
            return PlainTextResponse(texts("export.too_many", n=f"{len(rows):,}", limit=f"{limit:,}"), 413, _HEADERS)
        what = f"{order.name}?{urlencode(order.filters)}" if order.filters else order.name
        audit.note(
            viewer, "export", "table", what, n_rows=len(rows), purpose=order.purpose or None, fields=[*order.columns]
        )
    except Forbidden:
        return _refused(viewer, order.name)
    except audit.AuditDown:
        return PlainTextResponse(texts("error.log_down"), 503, _HEADERS)
    return StreamingResponse(
        _content(order, rows, viewer, texts),
        media_type=_TYPES[order.file_format],
        headers={**_HEADERS, "content-disposition": f'attachment; filename="{_file_name(order)}"'},
    )


def _refused(viewer: Viewer | None, name: str) -> Response:
    door.note_refused(viewer, "export", "table", name)
    return Response(status_code=403, headers=_HEADERS)


def _file_name(order: Order) -> str:
    return f"lingting-{order.name}-{local(now()):%Y%m%d-%H%M}.{order.file_format}"


def _content(order: Order, rows: Sequence[Any], viewer: Viewer, texts: Texts) -> Iterator[bytes]:
    table = files.lines(rows, order.columns, texts)
    about = about_file(order, len(rows), viewer, texts, now())
    if order.file_format == "csv":
        return files.csv_file(table, about)
    return files.xlsx_file(table, about, (texts("export.sheet"), texts("export.about")))


def about_file(order: Order, n_rows: int, viewer: Viewer, texts: Texts, at: datetime) -> list[tuple[str, str]]:
    """What the last line or sheet says: which build, which filters, who, when and what for."""
    filters = " ".join(f"{key}={value}" for key, value in sorted(order.filters.items()))
    return [
        (texts("export.build"), queries.build(viewer).build_id),
        (texts("export.filters"), filters or texts("export.no_filters")),
        (texts("export.by"), viewer.name),
        (texts("export.at"), f"{local(at):%Y-%m-%d %H:%M:%S}"),
        (texts("export.rows"), f"{n_rows}"),
        (texts("export.purpose"), order.purpose),
    ]
