"""Errors that a person will read: one sentence saying what, where and what to do, with the exit code of the CLI.

Programming errors stay ordinary exceptions; they reach the user as "unexpected error" with a hint at --debug.
"""

from __future__ import annotations


class LingtingError(Exception):
    """Base of every error we expect. ``exit_code`` is what the command line returns."""

    exit_code = 1


class UsageError(LingtingError):
    """Wrong usage: an unknown name, an impossible date, a missing setting."""

    exit_code = 2


class InputError(LingtingError):
    """An input that can not be read, or with too many rejected rows; nothing of it was loaded."""

    exit_code = 3


class DoorBlocked(LingtingError):
    """A quality door refused the data; the last published build is still served."""

    exit_code = 4
