"""A list is fetched from known hosts over HTTPS alone, bounded, and whole or not at all; no test asks the network."""

import contextlib
import gzip
import io
import urllib.error
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from features.parties.screening import download
from features.parties.screening.download import CSL, _Watched, allowed, fetched
from features.parties.screening.reading import ListRefused


class Answered:
    def __init__(self, body: bytes, **headers: str) -> None:
        self.headers = Message()
        for name, value in headers.items():
            self.headers[name.replace("_", "-")] = value
        self._body = io.BytesIO(body)

    def read(self, size: int) -> bytes:
        return self._body.read(size)


def answering(body: bytes, **headers: str):
    @contextlib.contextmanager
    def opener(_: str, __: float) -> Iterator[Answered]:
        yield Answered(body, **headers)

    return opener


@pytest.mark.parametrize(
    "url",
    [
        "http://data.trade.gov/list.json", "https://data.trade.gov.example/list.json", "https://example.org/list.json",
        "file:///etc/passwd", "https://data.trade.gov:8443/list.json", "https://a@data.trade.gov/list.json", "https://127.0.0.1/",
    ],
)  # fmt: skip
def test_other_hosts_and_schemes_are_not_asked(url: str, tmp_path: Path) -> None:
    with pytest.raises(ListRefused, match="is not asked"):
        allowed(url)
    with pytest.raises(ListRefused, match="is not asked"):
        _Watched().redirect_request(None, None, 302, "", Message(), url)  # type: ignore[arg-type]
    with pytest.raises(ListRefused, match="is not asked"), fetched(url, tmp_path, answering(b"x")):
        pass


def test_a_whole_answer_is_a_file_while_the_block_lasts(tmp_path: Path) -> None:
    packed = gzip.compress(b"[1, 2]")
    with fetched(CSL, tmp_path, answering(packed, Content_Encoding="gzip", Content_Length=str(len(packed)))) as file:
        assert file.read_bytes() == b"[1, 2]"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("opener", "says"),
    [
        pytest.param(answering(b"[1", Content_Length="6"), "stopped after 2 of 6", id="fewer bytes than said"),
        pytest.param(answering(gzip.compress(b"[1, 2]" * 99)[:-9], Content_Encoding="gzip"), "stopped early", id="cut"),
        pytest.param(answering(b"no gzip", Content_Encoding="gzip"), "could not be fetched", id="damaged packing"),
    ],
)  # fmt: skip
def test_half_an_answer_is_refused_and_leaves_nothing(tmp_path: Path, opener, says: str) -> None:
    with pytest.raises(ListRefused, match=says), fetched(CSL, tmp_path, opener):
        pass
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_unpacks_to_too_much_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MOST_BYTES", 1 << 20)
    large = answering(gzip.compress(b"0" * (1 << 22)), Content_Encoding="gzip")
    with pytest.raises(ListRefused, match="larger"), fetched(CSL, tmp_path, large):
        pass


@pytest.mark.parametrize(
    "fault", [urllib.error.URLError("no route"), TimeoutError("timed out"), ConnectionResetError("reset")]
)
def test_a_host_that_does_not_answer_changes_nothing(tmp_path: Path, fault: Exception) -> None:
    def opener(_: str, __: float) -> contextlib.AbstractContextManager[Answered]:
        raise fault

    with pytest.raises(ListRefused, match="the lists stay as they were"), fetched(CSL, tmp_path, opener):
        pass
    assert list(tmp_path.iterdir()) == []
