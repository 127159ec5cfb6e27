"""The monthly quality report: one document from the published build, as a web page of one file or as PDF.

facts.py asks (the same questions as the cockpit), document.py words it, render.py sets it. No Streamlit here.
"""

from lingting.reports.make import FORMATS, CannotMake, made

__all__ = ["FORMATS", "CannotMake", "made"]
