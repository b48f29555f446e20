"""The token of one mailbox, renewed before its end; the endpoint is left in peace after a refusal."""

from __future__ import annotations

import threading
from dataclasses import field
from datetime import datetime, timedelta

from intake import errors, ports
from intake.adapters.oauth import endpoint
from intake.adapters.oauth.client import Client, Proof
from intake.adapters.oauth.kept import Kept
from intake.model import value

# A token is renewed so long before its end, so that it does not end while it signs in.
_MARGIN = timedelta(minutes=5)
# A token younger than this that a mail server refuses is not to blame: another would be refused, too.
_NEW = timedelta(minutes=1)
# After a refusal; an admin's new secret is tried at once.
_REFUSED_WAIT = timedelta(minutes=15)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)


@value
class _Held:
    token: str = field(repr=False)
    issued: datetime
    ends: datetime


@value
class _Rest:
    """The endpoint is left in peace until a time, unless what we would show it has changed."""

    proof: Proof
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
        self._kept = Kept(client.kept)
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
        proof = Proof(secret=client.secret(), given=given, refresh=self._kept.instead_of(given))
        rest = self._rest
        if rest is not None and now < rest.until and rest.proof == proof:
            raise rest.error(now)
        try:
            grant = endpoint.granted(self._client, proof)
        except errors.Transient as exc:
            self._leave_in_peace(proof, now, exc)
            raise
        self._rest, self._failures = None, 0
        if grant.refresh not in ("", proof.refresh):
            self._kept.replace(given, grant.refresh)
        return _Held(token=grant.token, issued=now, ends=now + timedelta(seconds=grant.life))

    def _leave_in_peace(self, proof: Proof, now: datetime, error: errors.Transient) -> None:
        refused = isinstance(error, errors.SignInFailed)
        wait = _REFUSED_WAIT if refused else min(_FIRST_WAIT * (1 << min(self._failures, 10)), _LONGEST_WAIT)
        if error.retry_after is not None:
            wait = timedelta(seconds=error.retry_after)
        self._failures += 1
        self._rest = _Rest(proof=proof, until=now + wait, refused=refused, said=str(error))
