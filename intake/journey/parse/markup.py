"""HTML to text, with the places of quoted mails marked and the link targets collected."""

from __future__ import annotations

import re

import lxml.etree  # lxml ships no types
import lxml.html
from inscriptis.html_engine import Inscriptis  # nor does inscriptis

MAX_HTML = 250_000  # characters after what nobody reads is gone: at most 0.3 s (tables cost most)

# Around what the mail only quotes; characters for private use, taken out of the text beforehand.
QUOTE, UNQUOTE = "\ue000", "\ue001"

# How elements that nobody reads, and comments, open.
_UNREAD = re.compile(r"<(script|style|head|title|template|svg)\b|<!--", re.IGNORECASE)
# Pictures inside src attributes.
_EMBEDDED = re.compile(r"data:[a-z/+.\-]{1,60};base64,[A-Za-z0-9+/=\s%]+", re.IGNORECASE)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000\ue001\ufffe\uffff]")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\xa0]{2,}")
_LINES = re.compile(r"\n{3,}")
# How clients mark what they quote: Thunderbird and Apple Mail cite, Gmail, Yahoo, Proton, Tuta, GMX and WEB.DE, Zoho.
_QUOTED = (
    "//blockquote[@type='cite' or contains(@class, 'gmail_quote') or contains(@class, 'protonmail_quote')"
    " or contains(@class, 'tutanota_quote')]"
    " | //div[contains(@class, 'gmail_quote') or contains(@class, 'yahoo_quoted')"
    " or contains(@class, 'protonmail_quote') or contains(@class, 'moz-cite-prefix')"
    " or contains(@class, 'zmail_extra') or @name='quote']"
)


def read(html: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The text of an HTML body, the targets of its links, and what could not be read.

    Quoted mails stand between QUOTE and UNQUOTE; links inside them are left out. Never raises.
    """
    html = _NOT_XML.sub("", _EMBEDDED.sub("", _DECLARATION.sub("", html)))
    html = _stripped(html)
    defects = (f"HTML cut at {MAX_HTML} characters",) if len(html) > MAX_HTML else ()
    try:
        document = lxml.html.document_fromstring(html[:MAX_HTML])
        links = _prepare(document)
        return _tidy(Inscriptis(document).get_text()), links, defects
    except Exception:  # noqa: BLE001 - hostile HTML; inscriptis recurses and takes attributes for numbers
        text = re.sub(r"<[^<>]{0,2000}>", " ", html[:MAX_HTML])
        return _tidy(text), (), defects if not text.strip() else (*defects, "HTML read as bare text")


def _stripped(html: str) -> str:
    """Without what nobody reads. In one pass: an element that never closes is looked for only once."""
    kept: list[str] = []
    position = 0
    endless: set[str] = set()
    lower = html.lower()
    if len(lower) != len(html):
        lower = html  # places must agree, and the Turkish dotted capital I grows in lower case
    for opening in _UNREAD.finditer(html):
        end = f"</{opening[1].lower()}" if opening[1] else "-->"
        if opening.start() < position or end in endless:
            continue
        found = lower.find(end, opening.end())
        if found < 0:
            endless.add(end)
            continue
        kept.append(html[position : opening.start()])
        position = (html.find(">", found) + 1) or len(html)
    return " ".join([*kept, html[position:]])


def _prepare(document: lxml.html.HtmlElement) -> tuple[str, ...]:
    """Marks the quoted parts and returns the links of the others."""
    quoted = document.xpath(_QUOTED)
    for element in quoted:
        element.text = QUOTE + (element.text or "")
        last = lxml.html.Element("span")
        last.text = UNQUOTE
        element.append(last)
    links = list(document.iter("a"))  # kept in a list: lxml makes a new object for each look otherwise
    inside = {link for element in quoted for link in element.iter("a")}
    targets = [str(link.get("href", "")).strip() for link in links if link not in inside]
    return tuple(target for target in targets if target.lower().startswith(("http://", "https://")))


def _tidy(text: str) -> str:
    """Without the blanks that stand for columns, and at most one empty line in a row."""
    lines = (_BLANKS.sub(" ", line).strip() for line in text.splitlines())
    return _LINES.sub("\n\n", "\n".join(lines)).strip()
