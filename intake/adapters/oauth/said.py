"""What a token endpoint says, fit for an admin and a log: no secret, no token, no address."""

from __future__ import annotations

import json
import re
import ssl
import urllib.error
from typing import Any

from intake.adapters.oauth.client import Client, Proof

# The longest Retry-After that we keep to, so that a slip of the endpoint's does not stop us for days.
_LONGEST_ASKED = 3600

_ADDRESS = re.compile(r"[^\s<>\"']+@[^\s<>\"']+")
_TOKEN_LIKE = re.compile(r"[^\s]{41,}")  # nothing an admin needs is so long; UUIDs have 36 characters


def error(answer: str) -> str:
    """The endpoint's own name of what went wrong (RFC 6749 5.2), or ""."""
    return re.sub(r"[^\w.-]", "", str(_fields(answer).get("error") or ""))[:40]


def refusal(client: Client, proof: Proof, status: int, answer: str) -> str:
    """What an admin must do, then the endpoint's words."""
    name = error(answer)
    if not name:
        return f"the token endpoint answers {status} and gives no token: check token_endpoint"
    todo = {
        "invalid_client": "check client_id and token_endpoint, or make a new client secret at the provider and "
        f"put it into {client.secret_place}",
        "invalid_grant": "the refresh token has ended: sign in once more for this mailbox and put the new "
        f"refresh token into {client.refresh_token_place}",
        "invalid_scope": "check scope, and what the provider lets this client have",
        "unauthorized_client": f"let the provider allow this client the flow {client.flow}; check client_id",
        "unsupported_grant_type": f"the provider knows no flow {client.flow}: check flow and token_endpoint",
    }.get(name, "check [oauth2] of this mailbox")
    description = str(_fields(answer).get("error_description") or "")
    for secret in (proof.secret, proof.given, proof.refresh):
        description = description.replace(secret, "<secret>") if secret else description
    words = plain(description)
    return f"the token endpoint refuses us ({name}): {todo}" + (f". It says: {words}" if words else "")


def away(exc: Exception) -> str:
    """Why no answer came."""
    cause = exc.reason if isinstance(exc, urllib.error.URLError) else exc
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the token endpoint's certificate cannot be trusted: {cause.verify_message}"
    return f"the token endpoint cannot be reached: {plain(str(cause)) or type(cause).__name__}"


def seconds(text: str) -> float | None:
    """Retry-After in seconds (RFC 9110 10.2.3), at most an hour; its other form, a date, is left aside."""
    return float(min(int(text), _LONGEST_ASKED)) if re.fullmatch(r"\s*\d{1,9}\s*", text) else None


def plain(text: str) -> str:
    """Text of a server, fit for a log: one line, no addresses, nothing like a token, 120 characters at most."""
    one_line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return _TOKEN_LIKE.sub("<...>", _ADDRESS.sub("<address>", one_line))[:120]


def _fields(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
