"""Who may ask, from where, and what stands on every answer."""

import logging
from typing import Any

import pytest

from scoring.review import cases, people
from scoring.review.web import answers

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")
FORMS = ("/take", "/many/assign", "/many/close", "/views", "/views/forget", "/logout", "/tokens", "/people/add",
         "/case/1/decide", "/case/1/answer", "/case/1/comment", "/case/1/hold")  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/queue", "/case/1", "/case/1/print", "/file/1", "/metrics", "/people"])
def test_without_a_session_every_page_leads_to_the_door(desk: Any, path: str) -> None:
    answer = desk.client().get(path)
    assert (answer.status_code, answer.headers["location"]) in [(303, "/login"), (303, "/queue")]


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_the_token_of_its_page_is_refused(desk: Any, path: str) -> None:
    browser = desk.browser("ann")
    for wrong in ("", "guessed", desk.browser("bob").csrf):
        assert browser.client.post(path, data={"csrf": wrong}).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"sec-fetch-site": "same-origin"}, 303, id="a form of our own page is taken"),
        pytest.param({"sec-fetch-site": "cross-site"}, 403, id="a form of another site is refused"),
        pytest.param({"sec-fetch-site": "same-site"}, 403, id="a form of a neighbour's name is refused"),
        pytest.param({"origin": "http://127.0.0.1"}, 303, id="an older browser names our origin"),
        pytest.param({"origin": "http://evil.example"}, 403, id="an older browser names another origin"),
        pytest.param({"origin": "null"}, 403, id="an origin that is kept back is another"),
    ],
)
def test_the_browser_says_where_a_form_comes_from(desk: Any, headers: dict[str, str], status: int) -> None:
    browser = desk.browser("ann")
    fields = {"csrf": browser.csrf, "text": "Called the buyer."}
    case = desk.room.case("A-4")
    assert browser.client.post(f"/case/{case}/comment", data=fields, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/login", 200, id="a page"),
        pytest.param("/static/desk.css", 200, id="a file"),
        pytest.param("/nowhere", 404, id="a page that is not there"),
        pytest.param("/queue?start=-1", 303, id="nobody signed in"),
        pytest.param("/api/v1/cases", 401, id="a program without a token"),
        pytest.param("/api/v1/openapi.json", 200, id="the description of the API"),
    ],
)
def test_every_answer_forbids_what_is_not_ours(desk: Any, path: str, status: int) -> None:
    answer = desk.client().get(path)
    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_page_is_not_kept_and_a_style_sheet_is(desk: Any) -> None:
    assert desk.browser("ann").get("/queue").headers["cache-control"] == "no-store"
    assert "max-age" in desk.client().get("/static/desk.css").headers["cache-control"]


def test_another_name_of_this_machine_is_refused_with_the_same_headers(desk: Any) -> None:
    answer = desk.client().get("/login", headers={"host": "rebound.example"})
    assert answer.status_code == 400
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_under_https_the_cookie_is_tied_to_the_host_and_https_is_remembered(desk: Any, passworded: str) -> None:
    answer = desk.client(secure=True).post("/login", data={"name": "ann", "password": passworded})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-desk=")
    assert all(part in cookie for part in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"))
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


class TestProxy:
    """A proxy with single sign-on states the name in a header."""

    HEADER = {"x-signed-in": "ann"}  # noqa: RUF012
    SETTINGS = {"user_header": "x-signed-in", "proxies": ("10.0.0.1",)}  # noqa: RUF012

    def test_the_header_of_the_proxy_signs_a_person_in(self, desk: Any) -> None:
        client = desk.client("10.0.0.1", **self.SETTINGS)
        answer = client.get("/queue", headers=self.HEADER)
        assert (answer.status_code, "ann, analyst" in answer.text) == (200, True)
        assert "HttpOnly" in answer.headers["set-cookie"]

    @pytest.mark.parametrize(
        ("address", "settings"),
        [
            pytest.param("10.0.0.2", SETTINGS, id="from another address it is only a header"),
            pytest.param("10.0.0.1", {}, id="without a configured proxy it is only a header"),
        ],
    )
    def test_anybody_else_is_not_believed(self, desk: Any, address: str, settings: Any) -> None:
        answer = desk.client(address, **settings).get("/queue", headers=self.HEADER)
        assert answer.headers["location"] == "/login"

    def test_a_name_that_nobody_has_is_refused(self, desk: Any) -> None:
        answer = desk.client("10.0.0.1", **self.SETTINGS).get("/queue", headers={"x-signed-in": "eve"})
        assert answer.status_code == 409

    def test_another_name_in_the_header_ends_the_session_before(self, desk: Any) -> None:
        client = desk.client("10.0.0.1", **self.SETTINGS)
        client.get("/queue", headers=self.HEADER)
        assert "bob, analyst" in client.get("/queue", headers={"x-signed-in": "bob"}).text

    def test_a_request_without_the_header_is_not_that_session_and_with_it_again_it_is(self, desk: Any) -> None:
        client = desk.client("10.0.0.1", **self.SETTINGS)
        client.get("/queue", headers=self.HEADER)
        assert client.get("/queue").headers["location"] == "/login"
        assert "set-cookie" not in client.get("/queue", headers=self.HEADER).headers

    def test_the_cookie_taken_elsewhere_opens_nothing(self, desk: Any) -> None:
        behind, elsewhere = desk.client("10.0.0.1", **self.SETTINGS), desk.client("10.0.0.9", **self.SETTINGS)
        behind.get("/queue", headers=self.HEADER)
        elsewhere.cookies.set("desk", behind.cookies["desk"])
        assert elsewhere.get("/queue", headers=self.HEADER).headers["location"] == "/login"

    def test_a_session_of_a_password_is_none_while_the_proxy_names_another(self, desk: Any) -> None:
        client = desk.client("10.0.0.1", **self.SETTINGS)
        client.cookies.set("desk", people.opened(desk.room.store, "apu", "session"))
        assert "bob, analyst" in client.get("/queue", headers={"x-signed-in": "bob"}).text


def test_a_session_that_ended_leads_to_the_door(desk: Any) -> None:
    browser = desk.browser("ann")
    people.change(desk.room.store, desk.room.who["ada"], "ann", active=False)
    assert browser.get("/queue").headers["location"] == "/login"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/case/99", 404, id="a case that is not there"),
        pytest.param("/file/99", 404, id="a document that is not there"),
        pytest.param("/case/99999999999999999999", 422, id="a number no store holds"),
        pytest.param("/case/one", 422, id="no number at all"),
        pytest.param("/file/0", 422, id="a file of no number"),
        pytest.param("/queue?start=-1", 422, id="a list from before its start"),
        pytest.param("/queue?words=%00", 422, id="words that no store takes"),
    ],
)
def test_what_cannot_be_asked_is_told_on_a_page(desk: Any, path: str, status: int) -> None:
    answer = desk.browser("ann").get(path)
    assert (answer.status_code, "Not done." in answer.text, "Sign out" in answer.text) == (status, True, True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"content-length": str(answers.LARGEST_BODY + 1)}, 413, id="a body that is too large"),
        pytest.param({"transfer-encoding": "chunked"}, 411, id="a body of no stated length"),
    ],
)
def test_a_body_without_end_is_not_read(desk: Any, headers: dict[str, str], status: int) -> None:
    assert desk.client().post("/login", content=b"name=ann", headers=headers).status_code == status


def test_a_fault_is_told_without_what_the_order_holds(
    desk: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Norrhall Compute")

    monkeypatch.setattr(cases, "search", broken)
    with caplog.at_level(logging.ERROR):
        answer = desk.browser("ann").get("/queue")
    assert (answer.status_code, "Norrhall" in answer.text + caplog.text) == (500, False)
    assert "RuntimeError" in caplog.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
