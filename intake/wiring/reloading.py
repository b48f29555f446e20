"""Rules that are changed while the worker runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from intake import rulebook
from intake.journey import plan
from intake.rulebook import Rulebook
from intake.wiring.site import Installation, own_rules, rulebooks, rules


class Reloader:
    """Reads the rules anew when a file of theirs has changed. Settings and keys need a restart."""

    def __init__(self, installation: Installation, signing: Sequence[bytes]) -> None:
        self._installation = installation
        self._signing = signing
        self._seen = _fingerprint(installation)

    @property
    def rulebook(self) -> Rulebook:
        """The positions of all mailboxes, as they were read last."""
        return self._installation.rulebook

    def __call__(self) -> Callable[[str], plan.Rules] | None:
        """The rules by mailbox when there are new ones, else None. Raises ConfigError once per change."""
        seen = _fingerprint(self._installation)
        if seen == self._seen:
            return None
        self._seen = seen
        known = self._installation
        book, books = rulebooks(known.config, known.settings)
        self._installation = Installation(
            config=known.config, settings=known.settings, rulebook=book, rulebooks=books
        )
        return lambda name: rules(self._installation, name, self._signing)


def _fingerprint(installation: Installation) -> tuple[object, ...]:
    """Changes whenever a file of the rules does, of whichever mailbox."""
    own = (own_rules(installation.config, installation.settings, name) for name in installation.rulebooks)
    return tuple(
        rulebook.fingerprint(folder or installation.config) for folder in dict.fromkeys((None, *own))
    )
