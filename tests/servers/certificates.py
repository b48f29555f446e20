"""A certificate authority of our own and a certificate for localhost, by the openssl command."""

from __future__ import annotations

import subprocess
from pathlib import Path

_EXTENSIONS = """\
subjectAltName = DNS:localhost, IP:127.0.0.1
extendedKeyUsage = serverAuth
keyUsage = digitalSignature
authorityKeyIdentifier = keyid
"""
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


class Certificates:
    """ca.pem, srv.pem and srv.key in one folder, good for 30 days."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.ca, self.certificate, self.key = folder / "ca.pem", folder / "srv.pem", folder / "srv.key"
        (folder / "extensions").write_text(_EXTENSIONS)
        _openssl(
            folder, "req", "-x509", *_KEY, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30",
            "-subj", "/CN=Test CA", "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        )  # fmt: skip
        _openssl(folder, "req", *_KEY, "-keyout", "srv.key", "-out", "srv.csr", "-subj", "/CN=localhost")
        _openssl(
            folder, "x509", "-req", "-in", "srv.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-out", "srv.pem", "-days", "30", "-extfile", "extensions",
        )  # fmt: skip


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=folder)
