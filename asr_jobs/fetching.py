"""Fetches the files of a model from Hugging Face, and goes on where an interrupted fetch stopped.

Which sums are trusted, and what becomes of files with other ones, is in weights.py. huggingface_hub's own ways to
fetch a whole file are not used: over Xet, and from its version 1.18 on everywhere, they begin anew.
"""

from __future__ import annotations

from logging import getLogger
from pathlib import Path

from lingting.lake import sha256_of

log = getLogger(__name__)
_NOTHING_LEFT = 416  # HTTP: the part holds all of the file already, or more


def fetch_files(repository: str, revision: str, sums: dict[str, str], folder: Path) -> None:
    """Bring the files of ``sums`` (sha256 by name) into ``folder``; what an earlier call left there is not asked for.

    Until it is whole a file is called by its sum and ``.part``. A file whose sum is wrong in the end is left for the
    caller to judge. One process at a time may fill a folder. Raises OSError, as all errors of huggingface_hub are.
    """
    from huggingface_hub import hf_hub_url

    log.warning("fetching %s at %s", repository, revision[:8])
    for name, wanted in sums.items():
        file = folder / name
        if not file.is_file() or sha256_of(file) != wanted:
            _fetch(hf_hub_url(repository, name, revision=revision), folder / f"{wanted}.part", name, wanted)
            (folder / f"{wanted}.part").replace(file)
    for stale in folder.glob("*.part"):  # of a file that an earlier revision had
        stale.unlink()


def kept_megabytes(folder: Path) -> float:
    """How much of a model an interrupted fetch has left in ``folder``."""
    return sum(path.stat().st_size for path in folder.glob("*")) / 1e6


def _fetch(url: str, part: Path, name: str, wanted: str) -> None:
    """Fill ``part`` to its end; what was there is thrown away where it does not fit, or can not be gone on from."""
    from huggingface_hub.errors import HfHubHTTPError

    begun = part.stat().st_size if part.exists() else 0
    if begun and sha256_of(part) == wanted:
        return
    try:
        _append(url, part, name)
    except HfHubHTTPError as error:
        if not begun or error.response is None or error.response.status_code != _NOTHING_LEFT:
            raise
    if begun and sha256_of(part) != wanted:
        log.warning("what was here of %s does not fit; fetching it from its beginning", name)
        part.unlink()
        _append(url, part, name)


def _append(url: str, part: Path, name: str) -> None:
    """Ask for the bytes behind those of ``part``; shows its progress on a terminal."""
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers, logging  # type: ignore[attr-defined]

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # it tries several times; only what comes of it is of use to the reader
    with part.open("ab") as file:
        http_get(url, file, resume_size=file.tell(), headers=build_hf_headers(), displayed_filename=name)
