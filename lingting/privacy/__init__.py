"""Pseudonyms of customers and masking of numbers in free text.

Masking of spoken numbers in transcripts is in asr_jobs; who may see what is in dashboards and lingting/store.
"""

from lingting.privacy.masking import mask_digits
from lingting.privacy.pseudonym import (
    normalised_number,
    pseudonym,
    pseudonym_key,
    register_pseudonym,
    remember_key,
)

__all__ = ["mask_digits", "normalised_number", "pseudonym", "pseudonym_key", "register_pseudonym", "remember_key"]
