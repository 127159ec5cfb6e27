"""The work that people do in the cockpit: reviews, appeals, issues, projects, ledger. Steps are kept, never changed.

Written into the store (lingting/store), within the rights of lingting/rights; loaded back as sources by the daily run.
Knows no Streamlit.
"""

from lingting.work.refused import Refused

__all__ = ["Refused"]
