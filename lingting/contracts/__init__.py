"""The contract of each lake source, declared once in ``sources/*.yaml``.

The loader, dbt's sources.yml, the Great Expectations schema suites and the docs are generated from these or tested to
equal them. What a vendor's file looks like is not here: see lingting/loading/mappings.
"""

from lingting.contracts.model import Column, ColumnType, Contract, PiiClass
from lingting.contracts.registry import all_contracts, contract

__all__ = ["Column", "ColumnType", "Contract", "PiiClass", "all_contracts", "contract"]
