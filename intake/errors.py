"""What went wrong, said as what the caller must do: try later, give up, or mend the configuration.

Adapters translate the errors of their technology into these with ``raise ... from exc``, so that no
driver's exception travels past the module that talks to it. A bad *application* is never an error:
it is a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass


class IntakeError(Exception):
    """The root of the project's own errors."""


class Transient(IntakeError):
    """It may work later: a server is down, a lock is held, a quota is full.

    ``retry_after`` is the wait in seconds that the other side asked for, or None when it named none.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Permanent(IntakeError):
    """It will not work however often it is tried: a refused recipient, a folder with other contents."""


class SignInFailed(Transient):
    """The server refused our credentials. A person must look, and we go on trying slowly meanwhile."""


class OurFault(Transient):
    """The server refuses *us*, not one recipient (5xx at greeting, EHLO, STARTTLS, AUTH or MAIL FROM)."""


class OutcomeUnknown(IntakeError):
    """The connection ended after the final dot of DATA: the reply may or may not have been accepted."""


class LeaseLost(IntakeError):
    """Another process has taken over the work: whoever hears this leaves it alone, and writes nothing."""


class Stopped(Exception):
    """The process has been asked to end; raised between two effects, never within one. Nothing went wrong."""


class UidValidityChanged(IntakeError):
    """The mailbox was rebuilt: every UID we know is void (RFC 3501 2.3.1.1)."""


class FolderMissing(IntakeError):
    """The account has no such folder, and can do without it."""


@dataclass(frozen=True, kw_only=True)
class ConfigProblem:
    """One thing wrong in config/.

    file: path as the user named it; line: 1-based or None; message: what is wrong; hint: a
    did-you-mean or the next step, or "".
    """

    file: str
    line: int | None = None
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class ConfigError(IntakeError):
    """The configuration cannot be used. ``problems`` lists all that is wrong at once."""

    def __init__(self, problems: tuple[ConfigProblem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
