"""Rules of the house that no linter knows: sizes, hosts, secrets, folders, import arrows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from lingting.contracts import all_contracts
from tests.support import PROJECT_ROOT

MAX_TRACKED_BYTES = 3 * 1024 * 1024
MAX_PYTHON_LINES = 400
MAX_SQL_LINES = 150


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        check=True,
    )
    paths = [PROJECT_ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.exists()]


def test_import_arrows_hold() -> None:
    checked = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_no_tracked_file_is_large() -> None:
    assert [path.name for path in tracked_files() if path.stat().st_size > MAX_TRACKED_BYTES] == []


def test_no_source_file_is_long() -> None:
    limits = {".py": MAX_PYTHON_LINES, ".sql": MAX_SQL_LINES}
    long = [
        f"{path.relative_to(PROJECT_ROOT)}: {len(path.read_text(encoding='utf-8').splitlines())} lines"
        for path in tracked_files()
        if path.suffix in limits and len(path.read_text(encoding="utf-8").splitlines()) > limits[path.suffix]
    ]
    assert long == []


def test_dbt_folder_holds_no_python() -> None:
    """The package dbt extends its path with our folder dbt/: a stray module there would be importable as dbt.x."""
    assert [path.name for path in tracked_files() if path.suffix == ".py" and path.parts[-2] == "dbt"] == []
    assert list((PROJECT_ROOT / "dbt").glob("**/*.py")) == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-cockpit.lock"])
def test_lock_is_hashed_and_names_no_host(name: str) -> None:
    text = (PROJECT_ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[A-Za-z0-9_.-]+==\S+", text, flags=re.M)
    assert len(pins) > 100
    assert len(re.findall(r"^[A-Za-z0-9_.-]+==[^\n]*\\\n\s+--hash=sha256:", text, flags=re.M)) == len(pins)
    assert not re.search(r"https?://|--index|--find-links|--extra-index", text)


def test_lock_leaves_out_what_breaks_others() -> None:
    text = (PROJECT_ROOT / "requirements.lock").read_text(encoding="utf-8").lower()
    assert "\ndagster-ge==" not in text
    assert "\nopencc-python-reimplemented==" not in text
    assert "\ntyping==" not in text
    assert "\nwebrtcvad==" not in text
    assert not (PROJECT_ROOT / "uv.lock").exists()


def test_cockpit_lock_is_a_part_of_the_full_lock() -> None:
    def pins(name: str) -> set[str]:
        text = (PROJECT_ROOT / name).read_text(encoding="utf-8")
        return set(re.findall(r"^[A-Za-z0-9_.-]+==[^\s;]+", text, flags=re.M))

    cockpit = pins("requirements-cockpit.lock")
    assert cockpit <= pins("requirements.lock")
    assert not {pin for pin in cockpit if pin.startswith(("torch==", "whisperx==", "pyspark=="))}


def test_no_path_of_one_machine_is_tracked() -> None:
    personal = re.compile(r"/(?:home|Users)/[a-z]+/|/root/|/tmp/[a-z]+/")
    found = [
        str(path.relative_to(PROJECT_ROOT))
        for path in tracked_files()
        if path.suffix in {".py", ".md", ".yaml", ".yml", ".toml", ".sh", ".sql", ".cfg"}
        and path != Path(__file__)
        and personal.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_lake_never_declares_clear_text() -> None:
    """Contracts may hold pseudonyms and masked speech; a column of the highest class belongs to landing only."""
    clear = [
        f"{c.source}.{column.name}"
        for c in all_contracts().values()
        for column in c.columns
        if column.pii == "sensitive"
    ]
    assert clear == []


def test_every_package_says_what_lives_there() -> None:
    silent = []
    for room in ("lingting", "simulator", "asr_jobs", "expectations", "dagster_project", "dashboards"):
        for path in (PROJECT_ROOT / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8").strip()
            if text and not text.startswith(('"""', "# /// script", "#!/")):
                silent.append(str(path.relative_to(PROJECT_ROOT)))
    assert silent == []
