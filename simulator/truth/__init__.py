"""The answers: what was planted and every KPI, computed from the events in memory, straight from the definitions.

Nothing here reads the landing files or the lake, and nothing is SQL: the warehouse is compared with it.
"""
