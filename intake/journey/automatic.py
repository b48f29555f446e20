"""Signs that a machine wrote a mail: one table, each row with its authority.

Header checks alone never suffice (a person's Outlook writes half of these headers, some responders
none), so the table holds the reliable ones and marks the weak; rate caps of the outbox catch the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from intake.journey import words
from intake.model import Mail, value


@value
class Sign:
    """A sign that a machine wrote. ``weak``: people's mail bears it too, when a list server or a mass
    mailer of the sender's institution passes it on."""

    name: str
    authority: str
    shown: Callable[[Mail], bool]
    weak: bool = False


_AUTOREPLY = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-mail-autoreply")
_PRECEDENCES = ("bulk", "list", "junk", "auto_reply", "auto-reply")
_DAEMONS = re.compile(
    r"(?:mailer[-_.]?daemon|post[-_.]?master|mdaemon|listserv|majordomo|mail[-_.]?delivery[-_.]?(?:sub)?system|bounces?"
    r"|(?:do[-_.]?)?not?[-_.]?reply|newsletters?|notifications?|alerts|auto[-_.]?reply|owner-.+|.+-(?:request|owner|bounces?))(?:[+=._-].*)?@",
    re.IGNORECASE,
)
_REPORTS = ("multipart/report", "message/delivery-status", "message/disposition-notification")
_COMMENT = re.compile(r"\([^()]*\)")
_POST = re.compile(
    r"mailer[-_.]?daemon|post[-_.]?master|mdaemon|mail[-_.]?delivery[-_.]?(?:sub)?system", re.IGNORECASE
)
# At the beginning of a subject only: "AW: Automatische Antwort" is a person's answer to one, and
# "Bewerbung / Abwesenheit bis 12.11." an application.
_AWAY = re.compile(
    r"(?:abwesenheitsnotiz|abwesenheitsnachricht|abwesenheitsassistent|abwesenheit\s*:|automatische antwort|autoantwort"
    r"|automatic reply|auto[- ]?reply|automated reply|auto(?:matic)? response\b|out of (?:the )?office\b|ooo\s*:"
    r"|auto\s*:.{0,120}\b(?:out of (?:the )?office|ausser haus|abwesend|nicht im buero)\b"  # HCL Notes
    r"|vacation (?:re|reply|response)\b|reponse automatique|respuesta automatica|risposta automatica)"
)
_RECEIPT = re.compile(
    r"(?:gelesen|ungelesen geloescht|read|not read|lu|read receipt|lesebestaetigung|empfangen)\s*:"
)
_UNDELIVERED = re.compile(
    r"(?:undeliver(?:able|ed)\b|unzustellbar|delivery (?:status notification|failure|has failed|notification)"
    r"|mail delivery (?:failed|failure|system)|returned mail\b|failure notice|delivery report|message status"
    r"|zustellungsbenachrichtigung|nachricht nicht zugestellt|mail (?:could not be delivered|system error)"
    r"|non delivery report|warning: (?:could not send|message)|postmaster notify|nondeliverable|message delivery"
    r"|undelivered mail|complaint about message from \d)"  # the last: Outlook.com's reports of what its users call spam
)


def signs(mail: Mail) -> tuple[Sign, ...]:
    """Every sign that this mail bears, the surest first; none for a person's mail."""
    return tuple(sign for sign in _SIGNS if sign.shown(mail))


def report(mail: Mail) -> bool:
    """Whether it is a report on delivery or reading, which returns our own mail by definition (RFC 6522)."""
    return mail.content_type in _REPORTS


def bounce(mail: Mail) -> bool:
    """Whether a mail system says that it could not deliver, in whatever form."""
    return report(mail) or bool(_POST.match(_writer(mail))) or _starts(_UNDELIVERED)(mail)


def answers_nobody(address: str) -> bool:
    """Whether a reply to this address would reach a mail system or be thrown away."""
    return bool(_DAEMONS.match(address))


def suppressed(mail: Mail, *, applies: bool) -> bool:
    """Whether the mail forbids automatic answers (MS-OXCMAIL, X-Auto-Response-Suppress). No sign of a
    machine: Outlook puts the header on people's mail; DR, RN and NRN alone forbid only receipts.

    "All" is what systems write that want no answer whatever. "OOF, AutoReply" asks for no absence notes, which
    a service that answers an application does not send (RFC 3834 1): whoever applies is answered.
    """
    forbidden = set(re.split(r"[\s,;]+", _says(mail, "x-auto-response-suppress")))
    return "all" in forbidden or (not applies and bool(forbidden & {"oof", "autoreply"}))


def _says(mail: Mail, *names: str) -> str:
    """The first value of these control headers in lower case, or ""."""
    return next(iter(_all(mail, *names)), "")


def _all(mail: Mail, *names: str) -> list[str]:
    """Every value of these, without comments (RFC 5322 3.2.2), which may stand before the word that counts."""
    return [_COMMENT.sub(" ", text).casefold().strip() for name, text in mail.control if name in names]


def _bears(mail: Mail, *names: str) -> bool:
    return any(name in names for name, _ in mail.control)


def _auto_submitted(mail: Mail) -> bool:
    values = {re.split(r"[\s;(]", said, maxsplit=1)[0] for said in _all(mail, "auto-submitted")}
    return bool(values - {"", "no"})  # "no" says that a person sent it (RFC 3834 5.1)


def _writer(mail: Mail) -> str:
    return mail.sender.address if mail.sender else ""


def _daemon(mail: Mail) -> bool:
    return answers_nobody(_writer(mail)) or answers_nobody(mail.return_path or "")


def _starts(pattern: re.Pattern[str]) -> Callable[[Mail], bool]:
    return lambda mail: bool(pattern.match(words.fold(mail.subject)))


def _rules_agent(mail: Mail) -> bool:
    return _bears(mail, "x-ms-exchange-inbox-rules-loop") or "rules agent" in _says(
        mail, "x-ms-exchange-generated-message-source"
    )


_SIGNS: tuple[Sign, ...] = (
    Sign(name="Auto-Submitted", authority="RFC 3834 5", shown=_auto_submitted),
    Sign(name="a report on delivery or reading", authority="RFC 6522, RFC 3464, RFC 8098", shown=report),
    Sign(name="null Return-Path", authority="RFC 5321 4.5.5", shown=lambda mail: mail.return_path == ""),
    Sign(name="sender is a mail system or answers nobody", authority="RFC 5230 4.6", shown=_daemon),
    Sign(
        name="X-Autoreply",
        authority="common practice",
        shown=lambda mail: _says(mail, *_AUTOREPLY) not in ("", "no"),
    ),
    Sign(
        name="X-Failed-Recipients",
        authority="Exim",
        shown=lambda mail: _bears(mail, "x-failed-recipients"),
    ),
    Sign(name="sent by an Exchange inbox rule", authority="Exchange", shown=_rules_agent),
    Sign(
        name="X-MDN or X-Autogenerated",
        authority="common practice",
        shown=lambda mail: _bears(mail, "x-mdn", "x-autogenerated"),
    ),
    Sign(name="subject of an absence note", authority="Outlook and its like", shown=_starts(_AWAY)),
    Sign(name="subject of a read receipt", authority="RFC 8098, Outlook", shown=_starts(_RECEIPT)),
    Sign(name="subject of a bounce", authority="mail servers before RFC 3464", shown=_starts(_UNDELIVERED)),
    Sign(name="X-Loop", authority="procmail", shown=lambda mail: _bears(mail, "x-loop"), weak=True),
    Sign(
        name="List-* header",
        authority="RFC 2369, RFC 2919",
        shown=lambda mail: any(name.startswith("list-") for name, _ in mail.control),
        weak=True,
    ),
    Sign(
        name="Precedence",
        authority="RFC 3834 2, RFC 5230 4.6",
        shown=lambda mail: bool(set(_all(mail, "precedence")) & set(_PRECEDENCES)),
        weak=True,
    ),
)
