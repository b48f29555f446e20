"""The rules that admins write: what is advertised, the documents it asks for, and who answers."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Literal

from intake.model.elements import value


class DocumentKind(StrEnum):
    LETTER = "letter"
    CV = "cv"
    CERTIFICATES = "certificates"


@value
class Group:
    """A group of positions of one advertisement."""

    id: str
    title: dict[str, str]  # by language
    duration: dict[str, str] = field(default_factory=dict)
    qualification: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # words that name the group when they speak of the post applied for
    hints: tuple[
        str, ...
    ] = ()  # words that only decide for it where positions of several groups share a topic
    field: str = ""  # "open positions in the same field" are those with the same word here


@value
class Position:
    """An advertised position. What the advertisement does not say is absent and never invented."""

    id: str
    group: str
    title: dict[str, str]  # by language; "en" is as advertised
    aliases: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()  # words that name it only beside a word for its group
    references: tuple[str, ...] = ()  # reference numbers, such as "ANR 5157"
    match_title: bool = True  # False where the title is too common to name this position by itself
    contacts: tuple[str, ...] = ()  # names of contact persons
    contact: str = ""  # how to reach them, for people
    documents: tuple[DocumentKind, ...] = tuple(DocumentKind)
    apply_by: Literal["email", "portal"] = "email"
    portal: str = ""  # address of the portal; may be empty
    portal_name: dict[str, str] = field(default_factory=dict)  # how to call it where there is no address
    employer: str = ""  # when it is another institution than ours
    deadline: date | None = None  # its last second counts, in the institution's time zone
    closed: bool = False


@value
class Institution:
    """Who writes, and whom to ask. Named in every reply."""

    name: dict[str, str]
    address: str = ""
    contact: str = ""
    contact_email: str = ""
    privacy_notice: str = ""
    secure_upload: str = ""  # where confidential files can be handed in, or ""
    time_zone: str = "Europe/Berlin"
