"""One request to the token endpoint: what it gives, or why it does not."""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from oauthlib import oauth2  # ships no py.typed

from intake import errors
from intake.adapters.oauth import said
from intake.adapters.oauth.client import Client, Proof, is_loopback
from intake.model import value

# The life of a token that says none (RFC 6749 5.1 only recommends it), and the longest we believe in.
_UNSAID, _LONGEST_LIFE = 600, 86_400
# Bytes of an answer: tokens of Microsoft take 2 to 4 KB.
_LONGEST_ANSWER = 65_536
# RFC 6749 4.1.2.1, RFC 8628 3.5
_PASSING = frozenset(("temporarily_unavailable", "server_error", "slow_down"))


@value
class Grant:
    """What the endpoint gave. life: seconds; refresh: a new refresh token, or "" when ours stays."""

    token: str = field(repr=False)
    life: int
    refresh: str = field(repr=False)


def granted(client: Client, proof: Proof) -> Grant:
    """One request. Raises Transient or SignInFailed."""
    status, headers, answer = _answer(client, _request(client, proof))
    if status == 429 or status >= 500:
        raise errors.Transient(
            f"the token endpoint answers {status}", retry_after=said.seconds(headers.get("Retry-After", ""))
        )
    if said.error(answer) in _PASSING:
        raise errors.Transient(f"the token endpoint cannot answer now ({said.error(answer)})")
    found = _parsed(client, answer)
    if found is None:
        raise errors.SignInFailed(said.refusal(client, proof, status, answer))
    token = found["access_token"]
    if not isinstance(token, str) or not re.fullmatch(r"[!-~]+", token):  # RFC 6750 2.1
        raise errors.Transient("the token endpoint's answer is malformed")
    life = min(max(int(found.get("expires_in") or _UNSAID), 0), _LONGEST_LIFE)
    return Grant(token=token, life=life, refresh=str(found.get("refresh_token") or ""))


def _parsed(client: Client, answer: str) -> Mapping[str, Any] | None:
    """The fields of an answer that holds a token, else None: oauthlib's error may quote what it was shown,
    so it does not travel on. Raises Transient for fields of the wrong type."""
    try:
        return dict(oauth2.BackendApplicationClient(client.client_id).parse_request_body_response(answer))
    except oauth2.OAuth2Error:
        return None
    except (ValueError, TypeError, AttributeError) as exc:
        raise errors.Transient("the token endpoint's answer is malformed") from exc


def _request(client: Client, proof: Proof) -> urllib.request.Request:
    """The secret goes into the body (RFC 6749 2.3.1), as Microsoft and Google document it."""
    shown = {"client_secret": proof.secret} if proof.secret else {}
    scope = client.scope.split()
    known = oauth2.BackendApplicationClient(client.client_id)
    if client.flow == "refresh-token":
        body = known.prepare_refresh_body(
            refresh_token=proof.refresh, scope=scope, client_id=client.client_id, **shown
        )
    else:
        body = known.prepare_request_body(scope=scope, include_client_id=True, **shown)
    return urllib.request.Request(  # noqa: S310  # Client lets no other scheme in than http and https
        client.endpoint,
        data=body.encode(),
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
    )


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the secret to a place that no admin has named."""

    def redirect_request(self, *_: object) -> None:
        return None


def _answer(client: Client, request: urllib.request.Request) -> tuple[int, Mapping[str, str], str]:
    """Status, headers and body. Raises Transient when there is none."""
    try:
        handlers: list[urllib.request.BaseHandler] = [
            _NoRedirects(),
            urllib.request.HTTPSHandler(context=client.tls_context()),
        ]
        if is_loopback(urllib.parse.urlsplit(client.endpoint).hostname or ""):
            handlers.append(urllib.request.ProxyHandler({}))  # the environment's proxies are for others
        opened: Any = urllib.request.build_opener(*handlers).open(request, timeout=client.timeout)
    except urllib.error.HTTPError as exc:
        opened = exc
    except (OSError, http.client.HTTPException) as exc:
        raise errors.Transient(said.away(exc)) from exc
    try:
        with opened:
            body: bytes = opened.read(_LONGEST_ANSWER)
    except (OSError, http.client.HTTPException) as exc:
        raise errors.Transient(said.away(exc)) from exc
    return opened.status, opened.headers, body.decode("utf-8", "replace")
