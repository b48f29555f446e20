"""Tokens from a token endpoint over real HTTP: renewal, refusal, rotation, an endpoint that is away."""

from __future__ import annotations

import json
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake import errors
from intake.adapters import memory, oauth
from tests.servers.certificates import Certificates
from tests.servers.tokens import REFRESH, SECRET, TokenServer

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOT = "open-positions@example.test"

Connect = Callable[..., oauth.OAuthTokens]


@pytest.fixture
def endpoint() -> Iterator[TokenServer]:
    server = TokenServer()
    yield server
    server.close()


@pytest.fixture
def clock() -> memory.SettableClock:
    return memory.SettableClock(START)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "var" / "tokens" / "main.json"


@pytest.fixture
def connect(endpoint: TokenServer, clock: memory.SettableClock, kept: Path) -> Connect:
    """Tokens of the test's endpoint, by client credentials unless said otherwise."""

    def connect_it(**settings: Any) -> oauth.OAuthTokens:
        found: dict[str, Any] = {
            "endpoint": endpoint.endpoint,
            "flow": "client-credentials",
            "client_id": BOT,
            "scope": "https://outlook.office365.com/.default",
            "secret": lambda: SECRET,
            "secret_place": "INTAKE_CLIENT_SECRET",
            "refresh_token": lambda: REFRESH,
            "refresh_token_place": "var/refresh-token",
            "kept": kept,
        }
        return oauth.OAuthTokens(oauth.Client(**{**found, **settings}), clock)

    return connect_it


def test_client_credentials(connect: Connect, endpoint: TokenServer) -> None:
    """One request with what RFC 6749 4.4.2 names, and the secret in its body."""
    assert endpoint.active[connect().token()] == BOT
    assert endpoint.requests == [
        {
            "grant_type": "client_credentials",
            "client_id": BOT,
            "client_secret": SECRET,
            "scope": "https://outlook.office365.com/.default",
        }
    ]


def test_refresh_token(connect: Connect, endpoint: TokenServer, kept: Path) -> None:
    """RFC 6749 6. Nothing is kept where the endpoint sends no new refresh token."""
    assert endpoint.active[connect(flow="refresh-token", scope="").token()] == BOT
    assert endpoint.requests == [
        {
            "grant_type": "refresh_token",
            "client_id": BOT,
            "client_secret": SECRET,
            "refresh_token": REFRESH,
        }
    ]
    assert not kept.exists()


def test_a_client_without_a_secret(connect: Connect, endpoint: TokenServer) -> None:
    """A public client shows its refresh token and its id only."""
    connect(flow="refresh-token", scope="a b", secret=str).token()
    assert endpoint.requests == [
        {"grant_type": "refresh_token", "client_id": BOT, "refresh_token": REFRESH, "scope": "a b"}
    ]


# --- how long a token is used --------------------------------------------------------------------


def test_a_token_is_used_until_five_minutes_before_its_end(
    connect: Connect, endpoint: TokenServer, clock: memory.SettableClock
) -> None:
    """Then a new one is asked for."""
    tokens = connect()
    first = tokens.token()
    clock.set(START + timedelta(seconds=3600 - 301))
    assert tokens.token() == first
    clock.set(START + timedelta(seconds=3600 - 300))
    assert tokens.token() != first
    assert len(endpoint.requests) == 2


@pytest.mark.parametrize(
    "life, used",
    [(None, 299), ("3600", 3299), (3600.0, 3299), (10**18, 86_099), (-5, -1)],
    ids=["unsaid", "text", "float", "absurd", "negative"],
)
def test_the_life_of_a_token(
    connect: Connect, endpoint: TokenServer, clock: memory.SettableClock, life: object, used: int
) -> None:
    """Ten minutes where none is told, a day at most; the last five minutes are not used."""
    endpoint.life = life
    tokens = connect()
    first = tokens.token()
    clock.set(START + timedelta(seconds=max(used, 0)))
    assert (tokens.token() == first) == (used >= 0)
    clock.set(START + timedelta(seconds=used + 1))
    assert tokens.token() != first


def test_many_threads_cause_one_request(connect: Connect, endpoint: TokenServer) -> None:
    """They wait for the one that asks, and get the same token."""
    tokens, found = connect(), list[str]()
    threads = [threading.Thread(target=lambda: found.append(tokens.token())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == len(endpoint.requests) == 1


def test_a_refused_token_is_given_out_no_more(
    connect: Connect, endpoint: TokenServer, clock: memory.SettableClock
) -> None:
    """But one that is new is not to blame: asking for another would help nobody."""
    tokens = connect()
    first = tokens.token()
    assert not tokens.refused(first)
    assert tokens.token() == first
    clock.set(START + timedelta(minutes=1))
    assert tokens.refused(first)
    second = tokens.token()
    assert second != first
    assert tokens.refused(first)  # a thread that comes later with the old one
    assert tokens.token() == second
    assert len(endpoint.requests) == 2


# --- refusals ------------------------------------------------------------------------------------


def test_a_refused_secret_says_what_to_do(connect: Connect) -> None:
    """Name of the error, the place of the secret, and the endpoint's words without the secret."""
    wrong = "Wrong~secret.that.is.nobodys"
    with pytest.raises(errors.SignInFailed) as caught:
        connect(secret=lambda: wrong).token()
    assert str(caught.value) == (
        "the token endpoint refuses us (invalid_client): check client_id and token_endpoint, or make a new "
        "client secret at the provider and put it into INTAKE_CLIENT_SECRET. It says: AADSTS7000215: Invalid "
        "client secret provided: <secret>. Trace ID: 1-2."
    )
    assert wrong not in repr(caught.value.__cause__) + repr(caught.value.__context__)


def test_a_refused_refresh_token_says_what_to_do(connect: Connect) -> None:
    """The person at the mailbox must sign in once more."""
    with pytest.raises(errors.SignInFailed) as caught:
        connect(flow="refresh-token", refresh_token=lambda: "too-old").token()
    assert str(caught.value) == (
        "the token endpoint refuses us (invalid_grant): the refresh token has ended: sign in once more for this "
        "mailbox and put the new refresh token into var/refresh-token. It says: Token <secret> has been expired "
        "or revoked."
    )


def test_a_refusal_is_remembered(
    connect: Connect, endpoint: TokenServer, clock: memory.SettableClock
) -> None:
    """The endpoint is asked again after a quarter of an hour, and at once with another secret."""
    given = ["wrong"]
    tokens = connect(secret=lambda: given[0])
    for _ in range(3):
        with pytest.raises(errors.SignInFailed, match="invalid_client"):
            tokens.token()
    assert len(endpoint.requests) == 1
    clock.set(START + timedelta(minutes=15))
    with pytest.raises(errors.SignInFailed):
        tokens.token()
    assert len(endpoint.requests) == 2
    given[0] = SECRET
    assert tokens.token() in endpoint.active


def answer(status: int, content: object, **headers: str) -> tuple[int, dict[str, str], str]:
    body = content if isinstance(content, str) else json.dumps(content)
    return status, {name.replace("_", "-"): text for name, text in headers.items()}, body


@pytest.mark.parametrize(
    "scripted, said",
    [
        (answer(400, {"error": "invalid_scope"}), "invalid_scope): check scope"),
        (answer(400, {"error": "unauthorized_client"}), "allow this client the flow client-credentials"),
        (answer(400, {"error": "unsupported_grant_type"}), "knows no flow client-credentials"),
        (answer(400, {"error": "x\r\n" + "y" * 500}), "refuses us (xyyy"),
        (answer(403, {"error": ["a"], "error_description": {"b": 1}}), "check [oauth2] of this mailbox"),
        (answer(404, "<html>Not found</html>"), "answers 404 and gives no token: check token_endpoint"),
        (answer(302, "", Location="http://localhost:1/"), "answers 302 and gives no token"),
        (answer(200, "no JSON"), "answers 200 and gives no token"),
        (answer(200, {"token_type": "Bearer"}), "answers 200 and gives no token"),
    ],
    ids=["scope", "client", "flow", "hostile", "odd", "not-found", "redirect", "no-json", "no-token"],
)
def test_what_an_admin_must_mend(connect: Connect, endpoint: TokenServer, scripted: Any, said: str) -> None:
    """One line for `status`, slow tries, and never a redirect followed with the secret in hand."""
    endpoint.scripted = [scripted]
    with pytest.raises(errors.SignInFailed) as caught:
        connect().token()
    assert said in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


# --- an endpoint that is away --------------------------------------------------------------------


@pytest.mark.parametrize(
    "scripted, wait",
    [
        (answer(503, "busy", Retry_After="120"), 120.0),
        (answer(429, {"error": "invalid_request"}, Retry_After="7"), 7.0),
        (answer(503, "busy", Retry_After="999999999"), 3600.0),
        (answer(500, "<html>", Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"), None),
        (answer(400, {"error": "temporarily_unavailable"}), None),
        (answer(200, {"access_token": "a b", "token_type": "Bearer"}), None),
        (answer(200, {"access_token": 5, "token_type": "Bearer"}), None),
        (answer(200, {"access_token": "a", "expires_in": "soon"}), None),
        (answer(200, {"access_token": "a", "expires_in": []}), None),
    ],
    ids=["busy", "throttled", "for-ever", "broken", "slug", "blank", "number", "life", "list"],
)
def test_what_passes_by_itself(
    connect: Connect, endpoint: TokenServer, scripted: Any, wait: float | None
) -> None:
    """Transient, with the wait that the endpoint asks for."""
    endpoint.scripted = [scripted]
    with pytest.raises(errors.Transient) as caught:
        connect().token()
    assert type(caught.value) is errors.Transient
    assert caught.value.retry_after == wait


def test_an_endpoint_that_is_away_is_left_in_peace(
    connect: Connect, endpoint: TokenServer, clock: memory.SettableClock
) -> None:
    """For 5 seconds, then 10, then 20; callers are told how long."""
    tokens = connect()
    endpoint.scripted = [answer(502, "")] * 3
    now = START
    for number, wait in enumerate((5.0, 10.0, 20.0), 1):
        with pytest.raises(errors.Transient):
            tokens.token()
        assert len(endpoint.requests) == number
        with pytest.raises(errors.Transient) as caught:
            tokens.token()
        assert caught.value.retry_after == wait
        assert len(endpoint.requests) == number
        now += timedelta(seconds=wait)
        clock.set(now)
    assert tokens.token() in endpoint.active


def test_nobody_listens(connect: Connect, endpoint: TokenServer) -> None:
    """The error names no secret and no address."""
    endpoint.close()
    with pytest.raises(errors.Transient, match=r"the token endpoint cannot be reached: .*refused"):
        connect().token()


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"], ids=["mute", "stuck"]
)
def test_an_endpoint_that_stops_talking(connect: Connect, said: bytes) -> None:
    """It is given up after ``timeout``, before its answer and within it."""
    done = threading.Event()

    def talk(listener: socket.socket) -> None:
        with listener.accept()[0] as client:
            client.sendall(said)
            done.wait(10)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        tokens = connect(endpoint=f"http://127.0.0.1:{listener.getsockname()[1]}/token", timeout=0.2)
        talking = threading.Thread(target=talk, args=(listener,))
        talking.start()
        with pytest.raises(errors.Transient, match="the token endpoint cannot be reached"):
            tokens.token()
        done.set()
        talking.join()


def test_an_outage_is_bridged_while_the_old_token_is_good(
    connect: Connect, endpoint: TokenServer, clock: memory.SettableClock
) -> None:
    """In its last five minutes the token at hand is given out when no new one can be had."""
    tokens = connect()
    first = tokens.token()
    endpoint.scripted = [answer(503, "")] * 2
    clock.set(START + timedelta(seconds=3599))
    assert tokens.token() == first
    clock.set(START + timedelta(seconds=3604))
    with pytest.raises(errors.Transient):
        tokens.token()


# --- refresh tokens that change ------------------------------------------------------------------


def test_a_new_refresh_token_is_kept_for_its_owner_only(
    connect: Connect, endpoint: TokenServer, kept: Path, clock: memory.SettableClock
) -> None:
    """The next renewal uses it, in this life and in the next one."""
    endpoint.rotates = True
    tokens = connect(flow="refresh-token")
    for hours in range(3):
        clock.set(START + timedelta(hours=hours))
        assert tokens.token() in endpoint.active
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert [one.name for one in kept.parent.iterdir()] == ["main.json"]
    assert connect(flow="refresh-token").token() in endpoint.active
    assert REFRESH not in kept.read_text()


def test_an_admins_newer_refresh_token_wins(connect: Connect, endpoint: TokenServer) -> None:
    """What was kept stands for the older one only."""
    endpoint.rotates = True
    connect(flow="refresh-token").token()
    endpoint.refresh_tokens = {"given-anew"}
    with pytest.raises(errors.SignInFailed):
        connect(flow="refresh-token").token()
    assert connect(flow="refresh-token", refresh_token=lambda: "given-anew").token() in endpoint.active


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"instead_of": "x"}', "\x00"])
def test_a_kept_file_that_is_not_ours(
    connect: Connect, endpoint: TokenServer, kept: Path, content: str
) -> None:
    """The admin's token is used."""
    kept.parent.mkdir(parents=True)
    kept.write_text(content)
    assert connect(flow="refresh-token").token() in endpoint.active


def test_a_refresh_token_that_cannot_be_kept(connect: Connect, endpoint: TokenServer, kept: Path) -> None:
    """Nothing goes on until it can be: where each is good once, the next life would be locked out."""
    endpoint.rotates = True
    kept.parent.parent.mkdir()
    kept.parent.write_text("a file where the folder should be")
    tokens = connect(flow="refresh-token")
    for _ in range(2):
        with pytest.raises(errors.Transient, match="the new refresh token cannot be kept: File exists"):
            tokens.token()
    kept.parent.unlink()
    assert tokens.token() in endpoint.active
    assert len(endpoint.requests) == 1
    assert json.loads(kept.read_text())["refresh_token"] in endpoint.refresh_tokens


# --- TLS -----------------------------------------------------------------------------------------


def test_tls_by_our_own_authority(tmp_path: Path, connect: Connect) -> None:
    """``ca_file`` as for the mail servers: without it nothing is sent."""
    certificates = Certificates(tmp_path / "tls")
    server = TokenServer(certificates)
    try:
        assert connect(endpoint=server.endpoint, ca_file=certificates.ca).token() in server.active
        with pytest.raises(errors.Transient, match="certificate cannot be trusted"):
            connect(endpoint=server.endpoint).token()
        assert len(server.requests) == 1
    finally:
        server.close()


@pytest.mark.parametrize(
    "url", ["http://login.example/token", "ftp://localhost/", "login.example", "https://"]
)
def test_no_secret_in_the_clear(connect: Connect, url: str) -> None:
    """Only this very machine is asked without TLS."""
    with pytest.raises(ValueError, match="https://"):
        connect(endpoint=url)


def test_nothing_secret_in_a_repr(connect: Connect) -> None:
    """Neither of the client nor of what it holds."""
    tokens = connect()
    shown = repr(vars(tokens)) + repr(tokens)
    token = tokens.token()
    shown += repr(vars(tokens))
    assert SECRET not in shown
    assert REFRESH not in shown
    assert token not in shown
