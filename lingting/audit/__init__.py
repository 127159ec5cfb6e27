"""The access log: who saw, heard, exported or was refused what. Append-only, hash-chained, in a database of its own.

Apart from the store on purpose: business data and system logs lie apart (《呼叫中心质量监控细则》六(三)).
Reading the log needs the right `audit`; what each role may see is in lingting/rights.
"""

from lingting.audit.anchor import anchor, anchored
from lingting.audit.chain import Broken, Entry, anchors, verify
from lingting.audit.log import AuditDown, Stranger, all_entries, entries, note, open_log

__all__ = [
    "AuditDown",
    "Broken",
    "Entry",
    "Stranger",
    "all_entries",
    "anchor",
    "anchored",
    "anchors",
    "entries",
    "note",
    "open_log",
    "verify",
]
