"""The desk as browsers and other systems meet it: a queue with orders in it, and people who are signed in."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient

from scoring.review import people
from scoring.review.web.app import create_app
from scoring.review.web.settings import Settings

HOME = "http://127.0.0.1"
CLEARED = {
    "decision": "cleared", "label_class": "false_positive", "verification": "paper", "reason": ["end_use_shown"],
    "comment": "The end user answered.",
}  # fmt: skip


@dataclass(frozen=True)
class Browser:
    """One person's browser; `post` sends what a form of our own page would."""

    client: TestClient
    csrf: str

    def get(self, path: str, **headers: str) -> Any:
        """A page."""
        return self.client.get(path, headers=headers)

    def post(self, path: str, files: Any = None, **fields: Any) -> Any:
        """A form."""
        return self.client.post(path, data={"csrf": self.csrf, **fields}, files=files)


@dataclass(frozen=True)
class Desk:
    """The application over a queue, and the queue itself."""

    room: Any
    app: Any

    def client(self, address: str = "127.0.0.1", **settings: Any) -> TestClient:
        """A browser that nobody is signed in with."""
        app = create_app(self.room.store, Settings(**settings)) if settings else self.app
        return TestClient(app, HOME, client=(address, 50000), follow_redirects=False)

    def browser(self, name: str) -> Browser:
        """A browser that a person is signed in with."""
        secret = people.opened(self.room.store, name, "session")
        client = self.client()
        client.cookies.set("desk", secret)
        return Browser(client, people.session(self.room.store, secret).csrf)

    def token(self, name: str, *scopes: str) -> Any:
        """Another system with a token of a person."""
        secret = people.new_token(self.room.store, self.room.who[name], "erp", scopes or ["read", "work"])
        client = self.client()
        client.headers["Authorization"] = f"Bearer {secret}"
        return client

    def answers(self, order: str) -> dict[str, list[str]]:
        """The fields of a form that answers every flag of an order."""
        flags = [flag["key"] for flag in self.room.see(order).flags]
        note = ["Asked, and papers came back."] * len(flags)
        return {"flag": flags, "answer": ["explained"] * len(flags), "note": note}

    def cleared(self, order: str) -> dict[str, Any]:
        """The fields of a form that answers every flag of an order and clears it."""
        return {**self.answers(order), **CLEARED}


@pytest.fixture
def desk(full: Any) -> Desk:
    """The desk over the dozen orders."""
    return Desk(full, create_app(full.store))


@pytest.fixture
def empty(room: Any) -> Desk:
    """The desk over an empty queue."""
    return Desk(room, create_app(room.store))


@pytest.fixture
def passworded(desk: Desk) -> str:
    """A password of ann, who can sign in with it."""
    password = "a long enough phrase"  # noqa: S105
    people.set_password(desk.room.store, people.new_link(desk.room.store, desk.room.who["ada"], "ann"), password)
    return password


@pytest.fixture
def faults() -> Callable[[Any], list[str]]:
    """The sentences of a page that refuses."""

    def read(answer: Any) -> list[str]:
        found = re.search(r'id="faults">.*?<ul>(.*?)</ul>', answer.text, re.DOTALL)
        return [html.unescape(each) for each in re.findall(r"<li>(.*?)</li>", found[1])] if found else []

    return read
