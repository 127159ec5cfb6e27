"""A Ray cluster of two nodes on this machine hears a day as one process would, also when a node is killed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asr_jobs import batches
from asr_jobs.engine import Once
from asr_jobs.worker import Summary, transcribe_day
from lingting.paths import Home
from lingting.settings import settings_for
from tests.integration import crew_engines
from tests.integration.spoken_day import DAY, make_day, output_bytes
from tests.support import PROJECT_ROOT

pytest.importorskip("ray", reason="ray is not installed (dependency group `ray`)")

NAMES = ("r09", "r11", "r14", "r20", "r16", "r17")


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two nodes of one CPU each; they end with the test."""
    import ray
    from ray.cluster_utils import Cluster

    monkeypatch.setenv("LINGTING_ASR__ENGINE", "faster_whisper")
    monkeypatch.setenv("PYTHONPATH", str(PROJECT_ROOT))
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setattr(batches, "GROUP", {"cpu": 1, "cuda": 1})
    node = {"object_store_memory": 80 * 1024 * 1024, "include_dashboard": False}
    nodes = Cluster(initialize_head=True, head_node_args={**node, "num_cpus": 1})
    try:
        nodes.second = nodes.add_node(num_cpus=1, object_store_memory=80 * 1024 * 1024)
        yield nodes
    finally:
        ray.shutdown()
        nodes.shutdown()
        settings_for.cache_clear()


def hear(home: Home, patch: pytest.MonkeyPatch, address: str | None, make: object) -> Summary:
    patch.setenv("LINGTING_HOME", str(home.root))
    if address:
        patch.setenv("LINGTING_ASR__RAY_ADDRESS", address)
    else:
        patch.delenv("LINGTING_ASR__RAY_ADDRESS", raising=False)
    settings_for.cache_clear()
    return transcribe_day(DAY, Once(make), lambda done, total: None)  # type: ignore[arg-type]


def test_two_nodes_write_what_one_process_writes_also_when_one_is_killed(
    tmp_path: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = make_day(tmp_path / "alone", NAMES)
    hear(alone, monkeypatch, None, crew_engines.steady)

    both = make_day(tmp_path / "both", NAMES)
    both.models.symlink_to(alone.models)
    assert hear(both, monkeypatch, cluster.address, crew_engines.slow).statuses == {"ok": len(NAMES)}
    assert len(list((both.root / "hands").iterdir())) >= 2  # worker processes, one at a time per node
    assert output_bytes(both) == output_bytes(alone)

    survived = make_day(tmp_path / "survived", NAMES)
    survived.models.symlink_to(alone.models)
    killed = threading.Event()

    def kill_when_both_work() -> None:
        hands = survived.root / "hands"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if hands.is_dir() and len(list(hands.iterdir())) >= 2:
                cluster.remove_node(cluster.second, allow_graceful=False)
                killed.set()
                return
            time.sleep(0.05)

    killer = threading.Thread(target=kill_when_both_work)
    killer.start()
    summary = hear(survived, monkeypatch, cluster.address, crew_engines.slow)
    killer.join()
    assert killed.is_set()
    assert summary.statuses == {"ok": len(NAMES)}
    assert output_bytes(survived) == output_bytes(alone)
