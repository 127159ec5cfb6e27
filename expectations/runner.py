"""What other rooms call: judge a lake partition, judge the marts, write the data docs."""

from expectations.docs import write_docs
from expectations.lake_door import all_partitions, check_partition, check_partitions
from expectations.mart_door import check_marts
from expectations.results import DOOR_ONE, DOOR_TWO, DoorResult, Finding, all_kept, blocking_sentence

__all__ = [
    "DOOR_ONE",
    "DOOR_TWO",
    "DoorResult",
    "Finding",
    "all_kept",
    "all_partitions",
    "blocking_sentence",
    "check_marts",
    "check_partition",
    "check_partitions",
    "write_docs",
]
