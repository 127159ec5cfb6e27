"""Which packs of rules hold, where they lie, and every version of them that ever was in force.

The packs that come with Lingting are in packs/. A centre puts its own into ``$LINGTING_HOME/packs``, entry by entry:
where it has no entry of a name (``emotion/``, ``compliance.yaml``) the shipped one holds. What the files mean is for
the models; what they read of them they keep with ``per_packs``: two versions can then be compared in one process.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from lingting.documents import parse_yaml
from lingting.errors import InputError, UsageError
from lingting.lake import atomic_json, read_json
from lingting.paths import home
from lingting.rules import NOTE, kept_versions

SHIPPED = Path(__file__).resolve().parent / "packs"
CURRENT = "current"
VERSION_CHARS = 12
_P = ParamSpec("_P")
_R = TypeVar("_R")
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class Packs:
    """The packs of one folder. ``version`` is the sum of all files that hold for it."""

    folder: Path
    version: str

    @classmethod
    def at(cls, folder: Path) -> Packs:
        """The packs of ``folder`` as they are now. Raises UsageError for no folder, or an entry that no model reads."""
        if not folder.is_dir():
            raise UsageError(f"{folder} is not a folder of packs; see docs/scores.md for what it must hold")
        known = {one.name for one in SHIPPED.iterdir()}
        strange = sorted(one.name for one in folder.iterdir() if one.name not in known | {NOTE})
        if strange:
            raise UsageError(f"{folder / strange[0]} is read by no model; there may be {', '.join(sorted(known))}")
        digest = hashlib.sha256()
        for name, path in _files(folder).items():
            digest.update(name.encode() + b"\n" + hashlib.sha256(path.read_bytes()).digest())
        return cls(folder, digest.hexdigest()[:VERSION_CHARS])

    def files(self, pack: str | None = None) -> dict[str, Path]:
        """Name below packs/ -> the file that holds, in order; of one ``pack`` the files of its folder only."""
        return {name: path for name, path in _files(self.folder).items() if not pack or name.startswith(f"{pack}/")}

    def file(self, name: str) -> Path:
        """The file that holds for a name below packs/."""
        return _entry(self.folder, name.split("/")[0]).joinpath(*name.split("/")[1:])


def _entry(folder: Path, name: str) -> Path:
    own = folder / name
    return own if own.exists() else SHIPPED / name


def _files(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for name in sorted(one.name for one in SHIPPED.iterdir()):
        entry = _entry(folder, name)
        paths = sorted(entry.rglob("*.yaml")) if entry.is_dir() else [entry]
        found |= {str(Path(name) / path.relative_to(entry)) if entry.is_dir() else name: path for path in paths}
    return found


_chosen: ContextVar[Packs | None] = ContextVar("packs", default=None)


def packs_in_force() -> Packs:
    """The packs by which is judged here: those of ``judging_by``, else the centre's own, else the shipped ones; as they
    were when this process first asked for them."""
    return _chosen.get() or default_packs()


def default_packs() -> Packs:
    """The centre's own packs where it has some, else the shipped ones."""
    return _read_once(home().packs if home().packs.is_dir() else SHIPPED)


@cache
def _read_once(folder: Path) -> Packs:
    return Packs.at(folder)


@contextmanager
def judging_by(packs: Packs) -> Iterator[None]:
    """Let all models judge by these packs within the block."""
    token = _chosen.set(packs)
    try:
        yield
    finally:
        _chosen.reset(token)


def per_packs(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Like functools.cache, for each packs apart: for everything that depends on a pack."""

    @lru_cache(maxsize=200_000)
    def kept(packs: Packs, *args: Any, **kwargs: Any) -> _R:
        return function(*args, **kwargs)

    @wraps(function)
    def called(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        return kept(packs_in_force(), *args, **kwargs)  # type: ignore[arg-type]

    called.cache_clear = kept.cache_clear  # type: ignore[attr-defined]
    return called


def read_document(path: Path) -> Any:
    """What a file of packs says. Raises InputError, with the line, when it is no YAML."""
    try:
        return parse_yaml(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}" if mark else ""
        raise InputError(f"{path}: not readable as YAML{place}; mend it") from error
    except FileNotFoundError:
        raise InputError(f"{path} is missing; copy it from {SHIPPED} or remove the folder around it") from None


def checked(model: type[_Model], value: Any, path: Path, what: str = "") -> _Model:
    """``value`` as ``model``. Raises InputError: the file, the rule (``what``) and the first thing that is wrong."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ").removeprefix(f"{what}: ")
        raise InputError(": ".join(part for part in (str(path), what, place, said) if part)) from error


def read_pack(model: type[_Model], name: str) -> _Model:
    """The file of a name below packs/ that holds, checked. Raises InputError."""
    path = packs_in_force().file(name)
    return checked(model, read_document(path), path)


def keep_version(packs: Packs, models: Mapping[str, str]) -> None:
    """Keep a copy of these packs for later comparison. ``models``: the version of each model that judges by them."""
    kept = home().rule_versions / packs.version
    if kept.is_dir():
        note = note_of(packs)
        if note and note["models"] != models:
            atomic_json(kept / NOTE, {**note, "models": dict(models)})
        return
    temporary = kept.with_name(f".tmp-{packs.version}")
    shutil.rmtree(temporary, ignore_errors=True)  # what a killed worker left
    for name, path in packs.files().items():
        (temporary / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, temporary / name)
    first_used = datetime.now(UTC).isoformat(timespec="microseconds")
    atomic_json(temporary / NOTE, {"version": packs.version, "first_used_at": first_used, "models": dict(models)})
    temporary.rename(kept)


def note_of(packs: Packs) -> dict[str, Any] | None:
    """As in ``lingting.rules.kept_versions``, of these packs; None where they never were in force."""
    found: dict[str, Any] | None = read_json(home().rule_versions / packs.version / NOTE)
    return found


def packs_named(name: str) -> Packs:
    """``current``, a folder of packs, or a kept version (its beginning is enough); else raises UsageError."""
    if name == CURRENT:
        return default_packs()
    found = [note["version"] for note in kept_versions() if note["version"].startswith(name)]
    if len(found) == 1:
        return Packs.at(home().rule_versions / found[0])
    if Path(name).is_dir():
        return Packs.at(Path(name).resolve())
    if found:
        raise UsageError(f"{name!r} begins {len(found)} kept versions ({', '.join(found)}); give more of it")
    raise UsageError(f"{name!r} is no kept version, no folder and not {CURRENT!r}; `lingting rules list` names them")
