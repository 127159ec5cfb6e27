"""dbt's metrics say exactly what the KPI catalogue declares."""

from __future__ import annotations

import csv

from lingting.kpi.semantic import CATALOGUE, COMMAND, METRICS, metric_name, metrics_yaml
from tests.architecture.dbt_files import document


def test_metrics_are_generated_from_the_catalogue() -> None:
    assert METRICS.read_text(encoding="utf-8") == metrics_yaml(), f"run: {COMMAND}"


def test_every_formula_is_a_metric() -> None:
    with CATALOGUE.open(encoding="utf-8") as handle:
        formulas = {metric_name(row) for row in csv.DictReader(handle)}
    metrics = {metric["name"] for metric in document(METRICS)["metrics"]}
    assert metrics - formulas == {name for name in metrics if name.startswith("sum_of_")}
    assert formulas <= metrics, f"run: {COMMAND}"
