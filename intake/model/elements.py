"""What the modules of the vocabulary share: how a value is made, the languages, the hash of a file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal, TypeVar, dataclass_transform

Language = Literal["en", "de"]

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def value(cls: type[_T]) -> type[_T]:
    """A frozen, keyword-only dataclass. Read from TOML, it refuses keys that it does not know."""
    cls.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[attr-defined]
    return dataclass(frozen=True, kw_only=True)(cls)


def sha256(content: bytes) -> str:
    """The hash by which a file is known everywhere: lower-case hex SHA-256."""
    return hashlib.sha256(content).hexdigest()
