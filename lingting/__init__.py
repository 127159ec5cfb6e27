"""What every room of the house needs: settings, paths, contracts, lake, warehouse access, store, privacy, CLI.

Imports none of the other rooms (simulator, asr_jobs, expectations, dagster_project, dashboards).
"""

__version__ = "0.1.0"
