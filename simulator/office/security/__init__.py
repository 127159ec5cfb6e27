"""Accounts and rights, sign-ins, the access log and its anomalies, and recordings as stored objects."""

from simulator.office.security.access import AccessLog
from simulator.office.security.accounts import Accounts
from simulator.office.security.anomalies import Anomalies
from simulator.office.security.recording_objects import RecordingObjects

__all__ = ["AccessLog", "Accounts", "Anomalies", "RecordingObjects"]
