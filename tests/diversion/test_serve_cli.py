"""`diversion serve`: on this machine alone unless told otherwise, and then only with HTTPS or an explicit word."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from scoring.review.web.settings import Settings


@pytest.fixture
def served(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Any, dict[str, Any]]]:
    """Runs `diversion serve ARGUMENTS` up to where it would listen; returns what it answered and how it would."""

    def serve(*arguments: str) -> tuple[Any, dict[str, Any]]:
        told: dict[str, Any] = {}
        monkeypatch.setattr(uvicorn, "run", lambda app, **how: told.update(how, settings=app.state.settings))
        return run("serve", *arguments), told

    return serve


def test_the_desk_listens_on_this_machine_alone(served: Callable[..., Any]) -> None:
    _, how = served()
    assert (how["host"], how["settings"]) == ("127.0.0.1", Settings())
    assert (how["access_log"], how["server_header"], how["proxy_headers"]) == (False, False, False)


def test_the_first_start_prints_a_one_time_link_and_the_second_does_not(served: Callable[..., Any]) -> None:
    first, second = served("--port", "9001")[0], served("--port", "9001")[0]
    assert "http://127.0.0.1:9001/link?secret=" in first.err
    assert "secret=" not in second.err


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        pytest.param(("--host", "0.0.0.0"), "--tls-cert", id="another address without HTTPS"),  # noqa: S104
        pytest.param(("--tls-cert", "a.pem"), "--tls-key", id="a certificate without its key"),
        pytest.param(("--tls-key", "a.pem"), "--tls-cert", id="a key without its certificate"),
        pytest.param(("--user-header", "x-user"), "--proxy", id="a header that any browser could send"),
        pytest.param(("--proxy", "10.0.0.1"), "--user-header", id="a proxy that says nothing"),
        pytest.param(("--user-header", "x-user", "--proxy", "proxy.example"), "address", id="a proxy by name"),
    ],
)
def test_what_is_not_safe_is_refused_before_anything_is_made(
    served: Callable[..., Any], room: Path, arguments: tuple[str, ...], fault: str
) -> None:
    told, how = served(*arguments)
    assert (told.code, fault in told.err, how) == (2, True, {})
    assert not (room / "var").exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(
            ("--host", "10.1.2.3", "--insecure-plain-http"), Settings(hosts=(*Settings().hosts, "10.1.2.3")),
            id="plain HTTP when it is said",
        ),
        pytest.param(
            ("--host", "10.1.2.3", "--tls-cert", "a.pem", "--tls-key", "b.pem", "--name", "desk.example"),
            Settings(True, (*Settings().hosts, "10.1.2.3", "desk.example")), id="HTTPS under a name",
        ),
        pytest.param(
            ("--user-header", "x-user", "--proxy", "127.0.0.1", "--behind-https"),
            Settings(True, user_header="x-user", proxies=("127.0.0.1",)), id="behind a proxy that speaks HTTPS",
        ),
    ],
)  # fmt: skip
def test_other_machines_reach_it_when_that_is_said(
    served: Callable[..., Any], arguments: tuple[str, ...], expected: Settings
) -> None:
    told, how = served(*arguments)
    assert (told.code, how["settings"]) == (0, expected)
