"""From recordings to transcripts and inspections: decode, find speech, transcribe, mask, inspect, write the lake.

Loading vendors' files is in lingting/loading; KPIs over what is written here are in dbt.
"""

from __future__ import annotations

# Raise it when the same sound and parameters would now give other text, turns or timings: everything is then done anew.
PIPELINE_VERSION = "3"
