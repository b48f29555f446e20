"""What the tables of intake.toml share: how they are checked, and secrets that are given beside the file."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from intake.errors import ConfigError, ConfigProblem

FILE = "intake.toml"


class Table(BaseModel):
    """A table: frozen, and with no keys but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def is_loopback(host: str) -> bool:
    """Whether a host, by name or address, is this very machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def given(base: Path, what: str, variable: str, file: str) -> str:
    """A secret from the variable or the file that is named, "" where neither is. Raises ConfigError."""
    if variable:
        if variable in os.environ:
            return os.environ[variable]
        raise _missing(f"the environment variable {variable} is not set")
    if file:
        try:
            return (base / file).read_text("utf-8").strip("\r\n")
        except OSError as exc:
            raise _missing(f"{what}_file cannot be read: {exc.strerror}") from exc
        except UnicodeDecodeError:
            raise _missing(f"{what}_file is no text in UTF-8") from None  # its error quotes the content
    return ""


def _missing(message: str) -> ConfigError:
    return ConfigError((ConfigProblem(file=FILE, message=message),))
