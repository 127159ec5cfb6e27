"""The recordings that the call page may play: copies in published/audio, named by the sha256 of their content.

Clear speech is personal data: files are readable by the owner only and leave with the last build that names them. What
the vault has is never copied; the call page decrypts it while it plays.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

from lingting.lake.files import atomic_write, sha256_of
from lingting.paths import home
from lingting.vault import vault_media
from lingting.warehouse.builds import all_build_files

LOG = logging.getLogger(__name__)
_PLAYABLE = """
    select distinct media_sha256, media_path, recording_id from mart_call
    where media_kind = 'audio' and media_sha256 is not null and transcript_status <> 'failed'
    order by all
"""


def audio_file(sha256: str, media_path: str) -> Path:
    """Where the published copy of a recording lies; the suffix is the original's, for players go by it."""
    return home().published_audio / f"{sha256}{Path(media_path).suffix.lower()}"


def playable(build_file: Path) -> list[tuple[str, str]]:
    """(sha256, path below landing/) of every recording of a build that was understood as sound and is not vaulted."""
    with duckdb.connect(str(build_file), read_only=True) as connection:
        found = connection.execute(_PLAYABLE).fetchall()
    return sorted({(sha256, path) for sha256, path, recording in found if not vault_media(path, recording)})


def publish_audio(build_file: Path) -> int:
    """Copy what the build names and is not there yet; gives how many files. A recording that left landing/, or whose
    content is no longer what was transcribed, is not copied: its call page has the text and no player."""
    copied = 0
    for sha256, media_path in playable(build_file):
        source, target = home().landing / media_path, audio_file(sha256, media_path)
        if target.exists():
            continue
        if not source.is_file():
            LOG.warning("recording %s is no longer in landing; its call page will have no player", media_path)
            continue
        if sha256_of(source) == sha256:
            atomic_write(target, lambda temporary, source=source: _copy(source, temporary))  # type: ignore[misc]
            copied += 1
        else:
            LOG.warning("recording %s changed after it was transcribed; its call page will have no player", media_path)
    return copied


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    target.chmod(0o600)


def forget_unused_audio() -> int:
    """Remove copies that no kept build names; gives how many."""
    wanted = set(_wanted())
    unused = [path for path in home().published_audio.glob("*") if path not in wanted]
    for path in unused:
        path.unlink(missing_ok=True)
    return len(unused)


def _wanted() -> Iterator[Path]:
    for build_file in all_build_files():
        for sha256, media_path in playable(build_file):
            yield audio_file(sha256, media_path)
