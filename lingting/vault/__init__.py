"""The vault: recordings kept encrypted, each under a key of its own, with retention, holds and certified deletion.

docs/vault.md tells how it is used and what it protects from; docs/adr/0009 why it is built like this. Commands are in
lingting/cli/vault.py.
"""

from lingting.vault.deletion import purge, purge_one
from lingting.vault.errors import Deleted, Refused
from lingting.vault.media import VaultMedia, vault_media
from lingting.vault.records import all_records, find_record
from lingting.vault.rotation import rotate
from lingting.vault.store import Facts, hold, open_clear, put, release
from lingting.vault.takeover import put_landing
from lingting.vault.verification import verify

__all__ = [
    "Deleted",
    "Facts",
    "Refused",
    "VaultMedia",
    "all_records",
    "find_record",
    "hold",
    "open_clear",
    "purge",
    "purge_one",
    "put",
    "put_landing",
    "release",
    "rotate",
    "vault_media",
    "verify",
]
