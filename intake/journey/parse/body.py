"""The text of a mail: which parts are its body, what they say, and what of it is new."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.journey.parse import charset, header, markup
from intake.journey.parse.part import Part
from intake.model import value

MAX_TEXT = 200_000  # characters: a hundred pages, of which no stage needs more than the first ten
_MAX_BYTES = 8_000_000  # of one part: HTML mails hold their pictures as Base64 text
_STUB = 200  # characters: plain text shorter than this may only say "see the HTML part"
_LINK = re.compile(r"https?://[^\s<>\"'\\^`{|}]{1,2000}", re.IGNORECASE)


@value
class Body:
    """What the body says: see the fields of the same names of :class:`intake.model.Mail`."""

    text: str = ""
    new_text: str = ""
    links: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()


@value
class _Piece:
    """The text of one part, quotes marked, with links that the text does not show."""

    text: str
    links: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()


def is_body(part: Part) -> bool:
    """Whether a leaf is for reading in place: text without a file name, not sent as an attachment."""
    return part.type in ("text/plain", "text/html") and part.disposition != "attachment" and not part.name


def read(tree: Part, bodies: frozenset[int], *, subject: str) -> Body:
    """The body of a mail. ``bodies``: the ids of those leaves that are text for reading."""
    pieces = list(_pieces(tree, bodies))
    marked = "\n\n".join(piece.text for piece in pieces if piece.text.strip())
    defects = [defect for piece in pieces for defect in piece.defects]
    if len(marked) > MAX_TEXT:
        defects.append(f"text cut at {MAX_TEXT} characters")
        marked = marked[:MAX_TEXT]
    own = new(marked, forwarded=forwards(subject))
    shown = [match[0].rstrip(".,;:!?)]*") for match in _LINK.finditer(own)]
    links = dict.fromkeys([*shown, *(link for piece in pieces for link in piece.links)])
    return Body(
        text=marked.replace(markup.QUOTE, "").replace(markup.UNQUOTE, "").strip(),
        new_text=own,
        links=tuple(header.clean(link) for link in links)[:200],
        defects=tuple(defects),
    )


def _pieces(part: Part, bodies: frozenset[int]) -> Iterator[_Piece]:
    if id(part) in bodies:
        yield _piece(part)
    elif part.type == "multipart/alternative":
        yield from _best(part, bodies)
    elif not part.nested:
        for child in part.children:
            yield from _pieces(child, bodies)


def _best(part: Part, bodies: frozenset[int]) -> Iterator[_Piece]:
    """One of the alternatives (RFC 2046 5.1.4): the plain one, unless it is empty or only points to
    the HTML. The plain one is what the sender's client made of the HTML, better than we could; only
    the links behind the words of the HTML may be missing from it."""
    options = [list(_pieces(child, bodies)) for child in part.children]
    shown = [option for option in options if _length(option)]
    if not shown:
        return
    longest = max(shown, key=_length)
    yield from longest if _length(shown[0]) < _STUB and _length(longest) > 5 * _length(shown[0]) else shown[0]
    yield _Piece(text="", links=tuple(link for option in options for piece in option for link in piece.links))


def _length(option: list[_Piece]) -> int:
    return sum(len(piece.text.strip()) for piece in option)


def _piece(part: Part) -> _Piece:
    text = charset.text((part.content or b"")[:_MAX_BYTES], part.params.get("charset", ""))
    if part.type == "text/html":
        shown, links, defects = markup.read(text)
        return _Piece(text=shown, links=links, defects=defects)
    text = text[: MAX_TEXT + 1000].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    text = text.replace(markup.QUOTE, "").replace(markup.UNQUOTE, "")
    if part.params.get("format", "").lower() == "flowed":
        text = flowed(text, delsp=part.params.get("delsp", "").lower() == "yes")
    return _Piece(text=text)


def flowed(text: str, *, delsp: bool = False) -> str:
    """The paragraphs of a text in format=flowed as one line each (RFC 3676 4.1, 4.5)."""
    paragraphs: list[list[str]] = []
    open_depth = -1  # of the paragraph that goes on, or -1
    for line in text.split("\n"):
        quoted = line.lstrip(">")
        depth = len(line) - len(quoted)
        content = quoted.removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        if depth == open_depth and content != "-- ":
            paragraphs[-1].append(content)
        else:
            paragraphs.append(["> " * depth, content])
        if delsp and flows:
            paragraphs[-1][-1] = content[:-1]
        open_depth = depth if flows else -1
    return "\n".join(map("".join, paragraphs))


# --- What of it is new -----------------------------------------------------------------------------

_FORWARD = re.compile(r"\s*(?:fwd?|wg|wtr|weitergeleitet|tr|i)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_QUOTED_LINE = re.compile(r"\s*>")
_QUOTED_BELOW = re.compile(r"\n*[ \t]*>")
# "Am 04.11.2025 um 09:13 schrieb Eva <eva@…>:" and "On Tue, 4 Nov 2025, Eva wrote:", over up to three lines.
_ATTRIBUTION = re.compile(
    r"^[ \t*]*(?:-{2,8}[ \t])?(?:am|on|at|le|el|il|op|em)\b[^\n]{3,200}(?:\n[^\n]{0,200}){0,2}?"
    r"\b(?:schrieb|wrote|geschrieben|[ée]crit|escribi[óo]|escreveu|scritto|schreef)\b"
    r"(?:(?:[^\n:]{0,200}\n)?[^\n:]{0,200}:[ \t*]*|[ \t]-{2,8}[ \t]*)$",
    re.IGNORECASE | re.MULTILINE,
)
_ORIGINAL = re.compile(
    r"^[ \t]*-{2,}[ \t]*(?:original message|original-nachricht|urspr(?:ü|ue)ngliche (?:nachricht|e-?mail)"
    r"|originalnachricht|message d'origine)[ \t]*-{2,}[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
# The header that Outlook puts above the mail it answers: From and Sent, then To or Subject, in any order.
_HEADER_BLOCK = re.compile(
    r"^(?:_{8,}[ \t]*\n+)?[ \t*]*(?:von|from|de)\*?[ \t]*:[^\n]{1,300}\n(?:[^\n]{0,300}\n){0,3}?"
    r"[ \t*]*(?:gesendet|sent|datum|date|envoy[ée])\*?[ \t]*:[^\n]{1,300}\n(?:[^\n]{0,300}\n){0,4}?"
    r"[ \t*]*(?:an|to|betreff|subject|objet)\*?[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
# The same in any order and language, GMX's for one: each kind of line by its names. It counts where three kinds stand
# together, one of them names an address, and nothing else is among them.
_LABELS = {
    "from": "von|from|de|da|van|od|от|от кого|kimden|gönderen|发件人|寄件者|差出人|보낸 사람",
    "date": "gesendet|sent|datum|date|envoyé|inviato|enviado|enviada|fecha|data|verzonden|wysłano|дата|отправлено|tarih"
    "|gönderildi|发送时间|日期|寄件日期|送信日時|日時|보낸 날짜",
    "to": "an|to|à|a|para|aan|do|кому|kime|alıcı|收件人|收件者|宛先|받는 사람",
    "subject": "betreff|subject|objet|oggetto|asunto|assunto|onderwerp|temat|тема|konu|主题|主旨|主題|件名|제목",
    "more": "cc|kopie|cci|bcc|importance|wichtigkeit|priority|priorität|抄送|副本|копия",
}
_LABEL = re.compile(
    r"[ \t*]*(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _LABELS.items())
    + r")\*?[ \t]{0,8}[:：]",
    re.IGNORECASE,
)
_KINDS = 3  # "From: 2019, To: 2021" of a CV are two
# What stands above quoted lines and ends in a colon is their attribution when it tells an address or a time.
_ABOVE_QUOTE = re.compile(
    r"^(?=[^\n]*(?:@|\d{1,2}[:.]\d{2}))(?![ \t]*>)[^\n]{5,250}[:：][ \t]*$(?=\n*[ \t]*>)", re.MULTILINE
)
# How apps sign a mail at its end.
_APP = re.compile(
    r"^[ \t*]*(?:(?:von|aus) mein[^\n]{2,60} gesendet|gesendet (?:von|mit|aus|über|via)\b[^\n]{2,80}|sent (?:from|with|via)\b[^\n]{2,80}"
    r"|(?:get )?outlook (?:for|für) (?:ios|android|mac)\b[^\n]{0,80}|diese nachricht wurde (?:von|mit)\b[^\n]{2,80} gesendet\.?"
    r"|holen sie sich outlook\b[^\n]{2,80})[ \t]*$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- $", re.MULTILINE)
_LOOSE_SIGNATURE = re.compile(r"^--$", re.MULTILINE)
_SIGNATURE_LINES = 15  # "--" without its blank counts as a signature mark only this near to the end


def forwards(subject: str) -> bool:
    """Whether a subject says that the mail is forwarded: then what it quotes is what it says."""
    return bool(_FORWARD.match(subject))


def header_block(text: str) -> re.Match[str] | None:
    """Where the header of a quoted or forwarded mail begins, as Outlook writes it."""
    return _ORIGINAL.search(text) or _HEADER_BLOCK.search(text)


def new(marked: str, *, forwarded: bool = False) -> str:
    """What the sender wrote now: no quoted mail, no reply header, no signature (RFC 3676 4.3)."""
    text = marked if forwarded else _answered(_unquoted(marked))
    text = text.replace(markup.QUOTE, "").replace(markup.UNQUOTE, "")
    return re.sub(r"\n{3,}", "\n\n", _unsigned(text)).strip()


def _unquoted(marked: str) -> str:
    """Without what stands between the marks of quoted HTML; marks may be nested or lack their end."""
    kept: list[str] = []
    depth = 0
    for piece in re.split(f"([{markup.QUOTE}{markup.UNQUOTE}])", marked):
        if piece == markup.QUOTE:
            depth += 1
        elif piece == markup.UNQUOTE:
            depth = max(0, depth - 1)
            kept.append("\n>\n")  # so that "… wrote:" above is known as what it is
        elif not depth:
            kept.append(piece)
    return "".join(kept)


def _answered(text: str) -> str:
    """Without the mail that is answered, whether it is quoted line by line or whole below a header."""
    for opening in (_ORIGINAL, _HEADER_BLOCK):
        if hit := opening.search(text):
            text = text[: hit.start()]
    text = _above_headers(text)
    text = _ABOVE_QUOTE.sub("", _without_attributions(text))
    return "\n".join(line for line in text.split("\n") if not _QUOTED_LINE.match(line))


def _above_headers(text: str) -> str:
    """What stands above the first run of header lines."""
    seen: set[str] = set()
    start = position = 0
    named = False
    for line in text.split("\n"):
        label = _LABEL.match(line)
        if label:
            start, named = (start, named) if seen else (position, False)
            seen.add(label.lastgroup or "")
            named = named or "@" in line
            if len(seen - {"more"}) >= _KINDS and "from" in seen and named:
                return text[:start]
        elif line.strip(" \t\u00a0"):
            seen.clear()
        position += len(line) + 1
    return text


def _without_attributions(text: str) -> str:
    """Takes out "… wrote:" above quoted lines; where no line below is marked, all below is the quote."""
    kept: list[str] = []
    position = 0
    for hit in _ATTRIBUTION.finditer(text):
        kept.append(text[position : hit.start()])
        position = hit.end()
        if not _QUOTED_BELOW.match(text, position):
            return "".join(kept)
    return "".join([*kept, text[position:]])


def _unsigned(text: str) -> str:
    if sure := _SIGNATURE.search(text):
        text = text[: sure.start()]
    near = len(text)
    for _ in range(_SIGNATURE_LINES):
        near = text.rfind("\n", 0, max(near, 0))
    loose = _LOOSE_SIGNATURE.search(text, max(near, 0))
    text = text[: loose.start()] if loose else text
    above, _, last = text.rstrip().rpartition("\n")
    return above if _APP.match(last) else text
