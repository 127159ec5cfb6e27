"""What Streamlit's sign-in by OpenID Connect (`st.login`) needs, made from our settings when the server starts.

Streamlit reads this from a secrets.toml otherwise; here no file with a secret is written. What the claims of a person
mean is in lingting/work/sign_in.py.
"""

from __future__ import annotations

import os
from typing import Any

from lingting.errors import UsageError
from lingting.key_files import refuse_open
from lingting.paths import home
from lingting.settings import OidcSettings, settings
from lingting.store.sealing import key_of


def secrets(port: int, host: str) -> dict[str, Any] | None:
    """The section `auth` of Streamlit's secrets; None when no provider is set."""
    oidc = settings().oidc
    if oidc.metadata_url is None:
        return None
    return {
        "auth": {
            "redirect_uri": f"{public_url(port, host)}/oauth2callback",
            "cookie_secret": key_of(home().cookie_key, "key of the identity cookie").hex(),
            "client_id": oidc.client_id,
            "client_secret": _client_secret(oidc),
            "server_metadata_url": oidc.metadata_url,
            "client_kwargs": {"scope": oidc.scope, "prompt": oidc.prompt},
        }
    }


def public_url(port: int, host: str) -> str:
    """Where browsers find the cockpit: the identity provider sends them back there."""
    shown = "localhost" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host
    return settings().cockpit.public_url or f"http://{shown}:{port}"


def _client_secret(oidc: OidcSettings) -> str:
    if oidc.client_secret_env:
        found = os.environ.get(oidc.client_secret_env, "").strip()
        if not found:
            raise UsageError(
                f"the variable {oidc.client_secret_env} with the secret of oidc.client_id is empty; set it"
            )
        return found
    path = oidc.client_secret_file
    assert path is not None  # the settings see to it that one of the two is given
    try:
        refuse_open(path, "file with the secret of oidc.client_id")
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise UsageError(f"oidc.client_secret_file {path} can not be read: {error.strerror}") from error
