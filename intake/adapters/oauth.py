"""Bearer tokens from a token endpoint (RFC 6749), by client credentials (4.4) or a refresh token (6).

One ``OAuthTokens`` serves all connections of a mailbox, from any thread: a token is asked for when the
one at hand nears its end, and again when a mail server has refused it. What the endpoint said means:

==================================================  =====================================================
away, 429, 5xx, temporarily_unavailable             Transient; left in peace for as long as it asks, else
                                                    for a growing while
invalid_client, invalid_grant and other refusals    SignInFailed with what an admin must do; not asked
                                                    again for a while unless secret or token have changed
==================================================  =====================================================

No error holds a secret or a token: what the endpoint says is shown without them.
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import json
import os
import re
import ssl
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from oauthlib import oauth2  # ships no py.typed

from intake import errors, ports
from intake.model import value

# A token is renewed so long before its end, so that it does not end while it signs in.
_MARGIN = timedelta(minutes=5)
# The life of a token that says none (RFC 6749 5.1 only recommends it), and the longest we believe in.
_UNSAID, _LONGEST_LIFE = 600, 86_400
# The longest Retry-After that we keep to, so that a slip of the endpoint's does not stop us for days.
_LONGEST_ASKED = 3600
# A token younger than this that a mail server refuses is not to blame: another would be refused, too.
_NEW = timedelta(minutes=1)
# After a refusal; an admin's new secret is tried at once.
_REFUSED_WAIT = timedelta(minutes=15)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
# Bytes of an answer: tokens of Microsoft take 2 to 4 KB.
_LONGEST_ANSWER = 65_536

_ADDRESS = re.compile(r"[^\s<>\"']+@[^\s<>\"']+")
_TOKEN_LIKE = re.compile(r"[^\s]{41,}")  # nothing an admin needs is so long; UUIDs have 36 characters
_PASSING = frozenset(
    ("temporarily_unavailable", "server_error", "slow_down")
)  # RFC 6749 4.1.2.1, RFC 8628 3.5


@value
class Client:
    """How tokens are had. Raises ValueError for an endpoint that would see secrets in the clear.

    scope: as written, its words between blanks, "" for none; secret and refresh_token: asked anew at
    each renewal ("" for a client without a secret; the refresh token only for that flow), with the
    name of the place where an admin gives them; kept: file for the refresh token that the endpoint
    gave in place of ours; ca_file: PEM of the authorities to trust instead of the system's; timeout:
    seconds for one answer.
    """

    endpoint: str
    flow: Literal["client-credentials", "refresh-token"]
    client_id: str
    scope: str
    secret: Callable[[], str] = field(default=str, repr=False)
    secret_place: str
    refresh_token: Callable[[], str] = field(default=str, repr=False)
    refresh_token_place: str
    kept: Path
    ca_file: Path | None = None
    timeout: float = 20.0

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.endpoint)
        secure = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))
        if not (secure and parts.hostname):
            raise ValueError('a token endpoint begins with "https://"')

    def tls_context(self) -> ssl.SSLContext:
        """Certificate and name are always verified. OSError when ``ca_file`` cannot be read."""
        return ssl.create_default_context(cafile=self.ca_file)


@value
class _Proof:
    """What we show the endpoint. ``given``: the admin's refresh token, before any that replaced it."""

    secret: str = field(repr=False)
    given: str = field(repr=False)
    refresh: str = field(repr=False)


@value
class _Grant:
    """What the endpoint gave. life: seconds; refresh: a new refresh token, or "" when ours stays."""

    token: str = field(repr=False)
    life: int
    refresh: str = field(repr=False)


@value
class _Held:
    token: str = field(repr=False)
    issued: datetime
    ends: datetime


@value
class _Rest:
    """The endpoint is left in peace until a time, unless what we would show it has changed."""

    proof: _Proof
    until: datetime
    refused: bool
    said: str

    def error(self, now: datetime) -> errors.Transient:
        if self.refused:
            return errors.SignInFailed(self.said)
        return errors.Transient(self.said, retry_after=(self.until - now).total_seconds())


class OAuthTokens:
    """The port ``Tokens``. May be used from any thread; one of them asks while the others wait for it."""

    def __init__(self, client: Client, clock: ports.Clock) -> None:
        self._client = client
        self._clock = clock
        self._turn = threading.Lock()
        self._kept = _Kept(client.kept)
        self._held: _Held | None = None
        self._rest: _Rest | None = None
        self._failures = 0

    def token(self) -> str:
        """A token that is good for some minutes; for less only while no newer one can be had.

        Raises Transient, SignInFailed, or ConfigError when secret or refresh token are not there.
        """
        with self._turn:
            self._kept.save()
            now = self._clock.now()
            if self._held is None or now >= self._held.ends - _MARGIN:
                try:
                    self._held = self._asked(now)
                except errors.Transient:
                    if self._held is None or now >= self._held.ends:
                        raise
                self._kept.save()
            return self._held.token

    def refused(self, token: str) -> bool:
        """A mail server did not take ``token``. True when another one is worth a try now."""
        with self._turn:
            held = self._held
            if held is None or held.token != token:
                return True  # another thread has seen to it meanwhile
            if self._clock.now() - held.issued < _NEW:
                return False
            self._held = None
            return True

    def _asked(self, now: datetime) -> _Held:
        client = self._client
        given = client.refresh_token() if client.flow == "refresh-token" else ""
        proof = _Proof(secret=client.secret(), given=given, refresh=self._kept.instead_of(given))
        rest = self._rest
        if rest is not None and now < rest.until and rest.proof == proof:
            raise rest.error(now)
        try:
            grant = _granted(self._client, proof)
        except errors.Transient as exc:
            self._leave_in_peace(proof, now, exc)
            raise
        self._rest, self._failures = None, 0
        if grant.refresh not in ("", proof.refresh):
            self._kept.replace(given, grant.refresh)
        return _Held(token=grant.token, issued=now, ends=now + timedelta(seconds=grant.life))

    def _leave_in_peace(self, proof: _Proof, now: datetime, error: errors.Transient) -> None:
        refused = isinstance(error, errors.SignInFailed)
        wait = _REFUSED_WAIT if refused else min(_FIRST_WAIT * (1 << min(self._failures, 10)), _LONGEST_WAIT)
        if error.retry_after is not None:
            wait = timedelta(seconds=error.retry_after)
        self._failures += 1
        self._rest = _Rest(proof=proof, until=now + wait, refused=refused, said=str(error))


class _Kept:
    """The refresh token that the endpoint gave in place of the admin's, in a file for its owner only.

    An admin's newer one wins: the file names, by its hash, the one it stands for. Where an endpoint lets
    each be used once, losing the newest would lock us out, so nothing goes on while it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._newest: tuple[str, str] | None = None
        self._is_saved = True

    def instead_of(self, given: str) -> str:
        """The refresh token to use where the admin has given this one."""
        if not given:
            return ""
        if self._newest is None:
            self._newest = _read(self._path)
        stands_for, newest = self._newest or ("", "")
        return newest if stands_for == _hash(given) else given

    def replace(self, given: str, newest: str) -> None:
        self._newest, self._is_saved = (_hash(given), newest), False

    def save(self) -> None:
        """Write what is not yet written, whole or not at all. Raises Transient."""
        if self._is_saved or self._newest is None:
            return
        content = json.dumps({"instead_of": self._newest[0], "refresh_token": self._newest[1]})
        try:
            _write(self._path, content)
        except OSError as exc:
            raise errors.Transient(f"the new refresh token cannot be kept: {exc.strerror}") from exc
        self._is_saved = True


def _read(path: Path) -> tuple[str, str] | None:
    """None also for a file that is not ours: then the admin's token is used, and refused if it is old."""
    try:
        content = json.loads(path.read_text("utf-8"))
        return str(content["instead_of"]), str(content["refresh_token"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")  # 0600 from its first moment
    try:
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123  # a descriptor, no path
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --- The endpoint --------------------------------------------------------------------------------


def _granted(client: Client, proof: _Proof) -> _Grant:
    """One request. Raises Transient or SignInFailed."""
    status, headers, answer = _answer(client, _request(client, proof))
    if status == 429 or status >= 500:
        raise errors.Transient(
            f"the token endpoint answers {status}", retry_after=_seconds(headers.get("Retry-After", ""))
        )
    if _error(answer) in _PASSING:
        raise errors.Transient(f"the token endpoint cannot answer now ({_error(answer)})")
    found = _parsed(client, answer)
    if found is None:
        raise errors.SignInFailed(_refusal(client, proof, status, answer))
    token = found["access_token"]
    if not isinstance(token, str) or not re.fullmatch(r"[!-~]+", token):  # RFC 6750 2.1
        raise errors.Transient("the token endpoint's answer is malformed")
    life = min(max(int(found.get("expires_in") or _UNSAID), 0), _LONGEST_LIFE)
    return _Grant(token=token, life=life, refresh=str(found.get("refresh_token") or ""))


def _parsed(client: Client, answer: str) -> Mapping[str, Any] | None:
    """The fields of an answer that holds a token, else None: oauthlib's error may quote what it was shown,
    so it does not travel on. Raises Transient for fields of the wrong type."""
    try:
        return dict(oauth2.BackendApplicationClient(client.client_id).parse_request_body_response(answer))
    except oauth2.OAuth2Error:
        return None
    except (ValueError, TypeError, AttributeError) as exc:
        raise errors.Transient("the token endpoint's answer is malformed") from exc


def _request(client: Client, proof: _Proof) -> urllib.request.Request:
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
        if _is_loopback(urllib.parse.urlsplit(client.endpoint).hostname or ""):
            handlers.append(urllib.request.ProxyHandler({}))  # the environment's proxies are for others
        opened: Any = urllib.request.build_opener(*handlers).open(request, timeout=client.timeout)
    except urllib.error.HTTPError as exc:
        opened = exc
    except (OSError, http.client.HTTPException) as exc:
        raise errors.Transient(_away(exc)) from exc
    try:
        with opened:
            body: bytes = opened.read(_LONGEST_ANSWER)
    except (OSError, http.client.HTTPException) as exc:
        raise errors.Transient(_away(exc)) from exc
    return opened.status, opened.headers, body.decode("utf-8", "replace")


def _away(exc: Exception) -> str:
    cause = exc.reason if isinstance(exc, urllib.error.URLError) else exc
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the token endpoint's certificate cannot be trusted: {cause.verify_message}"
    return f"the token endpoint cannot be reached: {_said(str(cause)) or type(cause).__name__}"


# --- What it says --------------------------------------------------------------------------------


def _fields(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _error(answer: str) -> str:
    """The endpoint's own name of what went wrong (RFC 6749 5.2), or ""."""
    return re.sub(r"[^\w.-]", "", str(_fields(answer).get("error") or ""))[:40]


def _refusal(client: Client, proof: _Proof, status: int, answer: str) -> str:
    """What an admin must do, then the endpoint's words."""
    name = _error(answer)
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
    words = _said(description)
    return f"the token endpoint refuses us ({name}): {todo}" + (f". It says: {words}" if words else "")


def _said(text: str) -> str:
    """Text of a server, fit for a log: one line, no addresses, nothing like a token, 120 characters at most."""
    one_line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return _TOKEN_LIKE.sub("<...>", _ADDRESS.sub("<address>", one_line))[:120]


def _seconds(text: str) -> float | None:
    """Retry-After in seconds (RFC 9110 10.2.3), at most an hour; its other form, a date, is left aside."""
    return float(min(int(text), _LONGEST_ASKED)) if re.fullmatch(r"\s*\d{1,9}\s*", text) else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"  # RFC 6761 6.3
