"""Which packs of rules are in force, where they lie, and every version of them that ever was in force.

A folder of packs holds one folder a model, with YAML files in it. The packs that come with Lingting are in packs/; a
centre puts its own into ``$LINGTING_HOME/packs``, model by model: a model without a folder there keeps the shipped one.
What the files mean is read by the models.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from lingting.errors import UsageError
from lingting.lake import atomic_json, read_json
from lingting.paths import home

SHIPPED = Path(__file__).resolve().parent / "packs"
CURRENT = "current"
VERSION_CHARS = 12
_NOTE = "_version.json"


@dataclass(frozen=True)
class Packs:
    """The packs of one folder. ``version`` is the sum of all files that hold for it: a changed file makes other packs."""

    folder: Path
    version: str

    @classmethod
    def at(cls, folder: Path) -> Packs:
        """The packs of ``folder`` as they are now. Raises UsageError when there is no such folder."""
        if not folder.is_dir():
            raise UsageError(f"{folder} is not a folder of packs; see docs/scores.md for what it must hold")
        strange = sorted(one.name for one in folder.iterdir() if one.is_dir() and not (SHIPPED / one.name).is_dir())
        if strange:
            known = ", ".join(sorted(one.name for one in SHIPPED.iterdir() if one.is_dir()))
            raise UsageError(f"{folder / strange[0]} belongs to no model; the models are {known}")
        digest = hashlib.sha256()
        for model in models_with_packs():
            for path in _files(folder, model):
                digest.update(f"{model}/{path.name}\n".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
        return cls(folder, digest.hexdigest()[:VERSION_CHARS])

    def files(self, model: str) -> list[Path]:
        """The YAML files of one model, by name."""
        return _files(self.folder, model)


def models_with_packs() -> list[str]:
    return sorted(one.name for one in SHIPPED.iterdir() if one.is_dir())


def _files(folder: Path, model: str) -> list[Path]:
    own = folder / model
    return sorted((own if own.is_dir() else SHIPPED / model).glob("*.yaml"))


def packs_in_force() -> Packs:
    """The centre's own packs where it has some, else the shipped ones; as they were when this process first asked."""
    return _read_once(home().packs if home().packs.is_dir() else SHIPPED)


@cache
def _read_once(folder: Path) -> Packs:
    return Packs.at(folder)


def keep_version(packs: Packs, models: Mapping[str, str]) -> None:
    """Keep a copy of these packs for later comparison, unless it is kept already. ``models``: version by model."""
    kept = home().rule_versions / packs.version
    if kept.is_dir():
        return
    temporary = kept.with_name(f".tmp-{packs.version}")
    shutil.rmtree(temporary, ignore_errors=True)  # what a killed worker left
    for model in models_with_packs():
        (temporary / model).mkdir(parents=True)
        for path in packs.files(model):
            shutil.copyfile(path, temporary / model / path.name)
    first_used = datetime.now(UTC).isoformat(timespec="seconds")
    atomic_json(temporary / _NOTE, {"version": packs.version, "first_used_at": first_used, "models": dict(models)})
    temporary.rename(kept)


def kept_versions() -> list[dict[str, Any]]:
    """version, first_used_at and models (version by model) of every version that ever was in force, oldest first."""
    notes = [read_json(path) for path in home().rule_versions.glob(f"[!.]*/{_NOTE}")]
    return sorted(notes, key=lambda note: (note["first_used_at"], note["version"]))


def packs_named(name: str) -> Packs:
    """``current``, a folder of packs, or a kept version (its beginning is enough); else raises UsageError."""
    if name == CURRENT:
        return packs_in_force()
    found = [note["version"] for note in kept_versions() if note["version"].startswith(name)]
    if len(found) == 1:
        return Packs.at(home().rule_versions / found[0])
    if Path(name).is_dir():
        return Packs.at(Path(name).resolve())
    if found:
        raise UsageError(f"{name!r} begins {len(found)} kept versions ({', '.join(found)}); give more of it")
    raise UsageError(f"{name!r} is no kept version, no folder and not {CURRENT!r}; `lingting rules list` names them")
