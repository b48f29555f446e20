"""[mailbox.NAME]: where applications arrive, how replies leave, and what proves that they have."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from intake.settings import signing_in, table

Auth = Literal["password", "oauth2"]
Proof = Literal["auto", "server-sent", "bcc", "none"]
Unproven = Literal["resend", "hold"]
#: SMTP servers that keep what is sent through them in the account's folder of sent mail.
_KEEPS_SENT = frozenset(
    (
        "smtp.gmail.com",
        "smtp.googlemail.com",
        "smtp.office365.com",
        "smtp-legacy.office365.com",
        "smtp.office365.us",
    )
)
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")


class Mailbox(table.Table):
    """One mailbox: where applications arrive, and how replies leave."""

    address: str = Field(description="The mailbox's address; replies come from it.")
    aliases: tuple[str, ...] = Field(
        default=(), description="Its other addresses. Plus-addresses count by themselves."
    )
    authserv_id: str = Field(
        default="",
        description="Name of your own mail server in Authentication-Results; what others write there never counts.",
    )
    auth: Auth = Field(
        default="password", description="How we sign in; oauth2 needs the table [mailbox.NAME.oauth2]."
    )
    imap: signing_in.Server = Field(description="Where mails are read.")
    smtp: signing_in.Server = Field(description="Where replies are sent.")
    rules: str = Field(
        default="",
        description="A folder with positions.toml, documents.toml or replies/ of this mailbox's own; what it has not "
        'is that of the configuration folder. "" for none of its own.',
    )
    sent_folder: str = Field(
        default="",
        description='Folder of sent mails; "" finds the one the server marks as such, and makes "Sent" where there '
        "is none.",
    )
    proof: Proof = Field(
        default="auto",
        description="What proves that a reply has left when its connection broke at the last moment. server-sent: the "
        "server keeps sent mail by itself (Gmail, Microsoft 365); bcc: each reply goes to this mailbox as well, and "
        "its copy is moved to the sent mail; none: nothing; auto: server-sent for those two, else bcc.",
    )
    proof_wait: Annotated[int, Field(ge=60, le=86_400)] = Field(
        default=600, description="Seconds after which a proof that was not found is not waited for any more."
    )
    unproven: Unproven = Field(
        default="resend",
        description='What is done then: "resend" sends the reply once more, with the same Message-ID; "hold" leaves '
        'it to a person. With proof = "none" a person decides always.',
    )
    copy_address: str = Field(
        default="",
        description="Where copies go, for bcc: another address of this mailbox, or its own, for servers without "
        'plus-addresses; "" is a plus-address with a code (name+sent-CODE@domain).',
        examples=["open-positions@rc-trust.ai"],
    )
    watch_junk: bool = Field(
        default=True,
        description="Look into the folder of suspected junk too: what may be an application there is listed for "
        "review, never answered, never moved.",
    )
    junk_folder: str = Field(
        default="", description='That folder; "" finds the one the server marks as such.'
    )
    oauth2: signing_in.OAuth2 | None = None

    @model_validator(mode="after")
    def _check(self) -> Mailbox:
        for name, server in (("imap", self.imap), ("smtp", self.smtp)):
            if self.auth == "password" and server.user and not server.has_password:
                raise ValueError(f"{name}: a user needs password_env or password_file")
            if self.auth == "oauth2" and server.has_password:
                raise ValueError(f'{name}: auth = "oauth2" takes no password_env or password_file')
        if (self.auth == "oauth2") != (self.oauth2 is not None):
            raise ValueError('auth = "oauth2" and a table [mailbox.NAME.oauth2] go together')
        if self.copy_address and not _ADDRESS.fullmatch(self.copy_address):
            raise ValueError("copy_address: an address has the form name@domain")
        return self

    @property
    def proof_kind(self) -> Literal["server-sent", "bcc", "none"]:
        """What ``proof`` means for this mailbox."""
        if self.proof != "auto":
            return self.proof
        return "server-sent" if self.smtp.host.lower().rstrip(".") in _KEEPS_SENT else "bcc"
