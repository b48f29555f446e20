"""A token endpoint on a loopback port (RFC 6749), with introspection (RFC 7662) for Dovecot."""

from __future__ import annotations

import json
import secrets
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from tests.servers.certificates import Certificates

SECRET = "Client~secret.0123456789-abcdefghijklmnop"
REFRESH = "refresh-token-that-an-admin-has-given"
PATIENCE = 5.0

Answer = tuple[int, dict[str, str], str]


class TokenServer:
    """Gives tokens to every client that shows SECRET or a refresh token it knows. The client's id is the
    login that its tokens are good for.

    life: expires_in of new tokens, None to leave it out; rotates: each refresh token is good once, as
    with providers that replace them; scripted: answers given, one to a request, before its own begin.
    """

    def __init__(self, certificates: Certificates | None = None, *, port: int = 0) -> None:
        self.life: Any = 3600
        self.rotates = False
        self.scripted: list[Answer] = []
        self.requests: list[dict[str, str]] = []
        self.active: dict[str, str] = {}
        self.refresh_tokens = {REFRESH}
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.scheme = "http"
        if certificates is not None:
            self.scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificates.certificate, certificates.key)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def endpoint(self) -> str:
        return f"{self.scheme}://localhost:{self.port}/token"

    @property
    def introspection(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/introspect"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE)

    def revoke(self, login: str) -> None:
        """End every token of a login, as a provider does when its password changes."""
        self.active = {token: owner for token, owner in self.active.items() if owner != login}

    # --- what it answers -------------------------------------------------------------------------

    def introspected(self, form: dict[str, str]) -> Answer:
        login = self.active.get(form.get("token", ""))
        return _json(200, {"active": False} if login is None else {"active": True, "username": login})

    def granted(self, form: dict[str, str]) -> Answer:
        self.requests.append(form)
        if self.scripted:
            return self.scripted.pop(0)
        if form.get("grant_type") == "refresh_token":
            return self._refreshed(form)
        if form.get("client_secret") != SECRET:
            said = (
                f"AADSTS7000215: Invalid client secret provided: {form.get('client_secret')}. Trace ID: 1-2."
            )
            return _json(401, {"error": "invalid_client", "error_description": said})
        return _json(200, self._new_token(form["client_id"]))

    def _refreshed(self, form: dict[str, str]) -> Answer:
        if form.get("refresh_token") not in self.refresh_tokens:
            said = f"Token {form.get('refresh_token')} has been expired or revoked."
            return _json(400, {"error": "invalid_grant", "error_description": said})
        answer = self._new_token(form["client_id"])
        if self.rotates:
            self.refresh_tokens.discard(form["refresh_token"])
            answer["refresh_token"] = "rotated-" + secrets.token_urlsafe(30)
            self.refresh_tokens.add(answer["refresh_token"])
        return _json(200, answer)

    def _new_token(self, login: str) -> dict[str, Any]:
        token = "access-" + secrets.token_urlsafe(1500)  # as long as Microsoft's
        self.active[token] = login
        life = {} if self.life is None else {"expires_in": self.life}
        return {"token_type": "Bearer", "access_token": token, **life}


def _json(status: int, content: dict[str, Any]) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(content)


def _handler(server: TokenServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = dict(parse_qsl(body, keep_blank_values=True))
            answer = server.granted(form) if self.path == "/token" else server.introspected(form)
            status, headers, content = answer
            self.send_response(status)
            for name, text in headers.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(content.encode())))
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, *_: object) -> None:
            """The test reads ``requests``."""

    return Handler
