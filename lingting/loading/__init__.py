"""Loading: any vendor's file, through a mapping and a contract, into typed partitions of the lake.

``mappings/`` holds a YAML file per known vendor; docs/loading.md describes them. Quality doors are in expectations/.
"""

from lingting.loading.landing import LandingFile, landing_files
from lingting.loading.load import load_file
from lingting.loading.report import LoadReport, RejectCount

__all__ = ["LandingFile", "LoadReport", "RejectCount", "landing_files", "load_file"]
