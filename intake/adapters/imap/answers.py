"""What the server's answers mean, where imapclient does not say: refusals, throttling, broken syntax."""

from __future__ import annotations

import imaplib
import re

from imapclient import exceptions  # ships no py.typed

from intake import errors

# imapclient's parsers raise these bare when an answer is malformed.
MALFORMED = (ValueError, TypeError, IndexError)

# How long a server wants to be left alone, in any answer. Exchange Online: "Suggested Backoff Time: 1500
# milliseconds"; others: "try again in 5 minutes", "retry after 30 seconds", "wait 1 hour".
_BACKOFF = re.compile(
    r"(?:backoff time|again|retry|wait)\b[^\d]{0,20}(\d{1,9})\s*"
    r"(?P<unit>milliseconds|ms|seconds?|secs?|s|minutes?|mins?|hours?)\b",
    re.IGNORECASE,
)
_LONGEST_BACKOFF = 24 * 3600.0  # seconds; whatever a server says, we ask it again the next day
# RFC 5530 codes and the words of Exchange, Gmail and Dovecot for "not now" as against "not you".
_NOT_NOW = re.compile(
    r"\[(UNAVAILABLE|LIMIT|INUSE|SERVERBUG|OVERQUOTA)\b|throttl|too many|maximum number|limits? exceeded"
    r"|temporar|try again|not available|server error",
    re.IGNORECASE,
)
_NOT_YOU = re.compile(
    r"\[(AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|EXPIRED|PRIVACYREQUIRED)\]", re.IGNORECASE
)
# Exchange Online's goodbye when the token that signed in has ended: "BYE Session invalidated - AccessTokenExpired".
_ENDED = "AccessTokenExpired"
_ADDRESS = re.compile(r"[^\s<>\"']+@[^\s<>\"']+")


def backoff(text: str) -> float | None:
    """Seconds that the server asks us to wait, a day at most, or None."""
    found = _BACKOFF.search(text)
    if found is None:
        return None
    return min(int(found[1]) * _seconds(found["unit"].lower()), _LONGEST_BACKOFF)


def _seconds(unit: str) -> float:
    if unit == "ms" or unit.startswith("milli"):
        return 0.001
    return {"s": 1.0, "m": 60.0, "h": 3600.0}[unit[0]]


def is_put_off(text: str) -> bool:
    """Whether a refusal is about now (throttling, limits), not about what was asked."""
    return backoff(text) is not None or _NOT_NOW.search(text) is not None


def is_ended_token(text: str) -> bool:
    """Whether the server hung up because the token that signed in is good no more."""
    return _ENDED in text


def is_lost(exc: Exception) -> bool:
    """Whether an error of imapclient means that the connection is gone."""
    return isinstance(exc, (OSError, imaplib.IMAP4.abort))


def refused_sign_in(exc: exceptions.LoginError) -> errors.Transient:
    """imapclient's LoginError covers a wrong password, throttling and a lost connection: read the text."""
    text = str(exc)
    lost = isinstance(exc.__context__, imaplib.IMAP4.abort)
    if _NOT_YOU.search(text) or not (lost or is_put_off(text)):
        return errors.SignInFailed(f"sign-in refused: {said(text)}")
    return errors.Transient(f"sign-in put off: {said(text)}", retry_after=backoff(text))


def said(text: str) -> str:
    """Text of a server, fit for a log: one line, no addresses, 200 characters at most."""
    one_line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return _ADDRESS.sub("<address>", one_line)[:200]
