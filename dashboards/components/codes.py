"""What enrolling a second factor shows: the picture to scan, the secret in text, and recovery codes."""

from __future__ import annotations

import pyotp
import segno
import streamlit as st

from dashboards.components.html import escaped
from dashboards.i18n import Texts


def secret(value: str, name: str, texts: Texts) -> None:
    """The QR code that an authenticator app scans, and the same as text to type in."""
    address = pyotp.TOTP(value).provisioning_uri(name=name, issuer_name=texts("app.name"))
    picture = segno.make(address, error="m").svg_data_uri(scale=4, border=2)
    grouped = " ".join(value[start : start + 4] for start in range(0, len(value), 4))
    st.html(
        f'<div class="lt-qr"><img src="{escaped(picture)}" alt="{escaped(texts("enter.qr_alt"))}"/></div>'
        f'<div class="lt-note">{escaped(texts("enter.by_hand"))}</div><pre class="lt-secret">{escaped(grouped)}</pre>'
    )


def recovery(codes: list[str], texts: Texts) -> None:
    """Recovery codes, once: only their hashes are kept."""
    lines = "\n".join(escaped(code) for code in codes)
    st.html(
        f'<div class="lt-note">{escaped(texts("enter.codes_lead"))}</div><pre class="lt-secret lt-codes">{lines}</pre>'
    )


def once(value: str, note: str) -> None:
    """A password that is shown once."""
    st.html(f'<div class="lt-note">{escaped(note)}</div><pre class="lt-secret">{escaped(value)}</pre>')
