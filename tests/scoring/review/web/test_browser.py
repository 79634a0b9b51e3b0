"""The desk in a real browser: the whole path by keyboard, four eyes, many at once, and all of it without script."""

import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import Select, WebDriverWait

from scoring.review import acts, people

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session"),
    pytest.mark.usefixtures("no_second_reviews"),
]
SWITCHES = ("headless", "no-sandbox", "disable-gpu", "no-first-run", "disable-background-networking", "disable-sync",
            "disable-component-update", "disable-dev-shm-usage", "window-size=1280,900")  # fmt: skip
SECONDS = 20


@pytest.fixture
def no_second_reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    """No case is drawn for a blind second review."""
    monkeypatch.setattr(acts, "wants_second_review", lambda case, round_: False)


@dataclass(frozen=True)
class Seat:
    """A person before a browser, as keys and clicks."""

    driver: Any
    desk: Any
    base: str

    def sit(self, name: str, page: str = "/queue") -> None:
        """Another person, signed in, opens a page."""
        self.driver.get(f"{self.base}/login")
        self.driver.delete_all_cookies()
        self.driver.add_cookie({"name": "desk", "value": people.opened(self.desk.room.store, name, "session")})
        self.driver.get(f"{self.base}{page}")

    def press(self, *keys: str) -> None:
        """Keys, wherever the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def goes(self, *keys: str) -> str:
        """Keys that lead to another page; returns its path."""
        before = self.driver.find_element(By.TAG_NAME, "html")
        self.press(*keys)
        return self.arrived(before)

    def clicks(self, css: str) -> str:
        """A click that leads to another page; returns its path."""
        before = self.driver.find_element(By.TAG_NAME, "html")
        self.driver.find_element(By.CSS_SELECTOR, css).click()
        return self.arrived(before)

    def arrived(self, before: Any) -> str:
        """Waits for another page than the one before."""
        WebDriverWait(self.driver, SECONDS).until(staleness_of(before))
        WebDriverWait(self.driver, SECONDS).until(lambda driver: driver.find_elements(By.ID, "main"))
        return str(self.driver.current_url.removeprefix(self.base))

    def focus(self) -> str:
        """Name of the field that has the focus."""
        return str(self.driver.switch_to.active_element.get_attribute("name"))

    def text(self) -> str:
        """What stands on the page."""
        return str(self.driver.find_element(By.TAG_NAME, "main").text)

    def order(self) -> str:
        """The order on the screen."""
        return self.driver.find_element(By.TAG_NAME, "h1").text.split()[1]

    def decides(self) -> str:
        """Answers every flag, clears the case and goes on to the next, all by keyboard; returns the next page."""
        self.press("f")
        for _ in self.desk.room.see(self.order()).flags:
            assert self.focus() == "answer"
            self.press("E", Keys.TAB, "Asked, and papers came back.", Keys.ENTER)
        assert self.focus() == "decision"
        self.press("C", Keys.TAB, "The alert was w", Keys.TAB, "O", Keys.TAB, Keys.SPACE, Keys.ESCAPE)
        self.press("c", "The end user answered.", Keys.ESCAPE)
        return self.goes("s")


@pytest.fixture
def address(desk: Any) -> Iterator[str]:
    """The desk behind a real server, at a free port of this machine."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        server = uvicorn.Server(uvicorn.Config(desk.app, lifespan="off", ws="none", log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def chromium(profile: Path, script: bool) -> Any:
    """A headless browser with a profile of its own."""
    found, tool = shutil.which("chromium"), shutil.which("chromedriver")
    if found is None or tool is None:
        pytest.skip("browser: no chromium with chromedriver is installed")
    options = webdriver.ChromeOptions()
    options.binary_location = found
    for switch in (*SWITCHES, f"user-data-dir={profile}"):
        options.add_argument(f"--{switch}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not script:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(tool))


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser."""
    opened = chromium(tmp_path_factory.mktemp("browser"), script=True)
    yield opened
    opened.quit()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser that runs no script."""
    opened = chromium(tmp_path_factory.mktemp("plain"), script=False)
    yield opened
    opened.quit()


@pytest.fixture
def seat(driver: Any, desk: Any, address: str) -> Iterator[Seat]:
    """A person before the browser; nothing may be refused by the policy of the pages, or fail in our script."""
    yield Seat(driver, desk, address)
    said = driver.get_log("browser")
    assert [each for each in said if each["source"] == "javascript" or "Security Policy" in each["message"]] == []


def test_a_case_is_taken_answered_decided_and_left_for_the_next_by_keyboard_alone(seat: Seat) -> None:
    seat.sit("ann")
    first = seat.goes("n")
    order = seat.order()
    following = seat.decides()
    assert following.startswith("/case/")
    assert following != first
    assert seat.desk.room.state(order) in ("proposed", "decided")
    assert all(flag["answer"]["answer"] == "explained" for flag in seat.desk.room.see(order).flags)


def test_a_costly_order_takes_a_second_person_and_the_first_is_offered_nothing(seat: Seat) -> None:
    case = seat.desk.room.case("A-2")
    seat.sit("apu", f"/case/{case}")
    seat.decides()
    assert seat.desk.room.state("A-2") == "proposed"
    seat.sit("apu", f"/case/{case}")
    seat.goes("a")
    assert "the second person must be another one" in seat.text()
    seat.sit("ava")
    assert seat.goes("n") == f"/case/{case}"
    seat.goes("a")
    assert seat.desk.room.state("A-2") == "decided"


def test_two_people_never_get_one_case(seat: Seat) -> None:
    pages = []
    for name in ("ann", "bob", "apu"):
        seat.sit(name)
        pages.append(seat.goes("n"))
    assert len(set(pages)) == 3
    seat.sit("bob", pages[0])
    assert "locked by ann" in seat.text()


def test_many_equal_cases_are_ticked_by_keyboard_shown_and_closed(seat: Seat) -> None:
    for at in range(5, 9):
        seat.desk.room.answered(f"A-{at}")
    seat.sit("ann", "/queue?words=norrhall&action=ask")
    rows = [each.text for each in seat.driver.find_elements(By.CSS_SELECTOR, "[data-row]")]
    at = [place for place, order in enumerate(rows) if order in ("A-5", "A-6", "A-7", "A-8")]
    for place in range(at[-1] + 1):
        seat.press("j")
        if place in at:
            seat.press("x")
    seat.clicks("[formaction='/many/close']")
    for name, word in (("decision", "cleared"), ("label_class", "false_positive"), ("verification", "paper")):
        Select(seat.driver.find_element(By.NAME, name)).select_by_value(word)
    seat.driver.find_element(By.CSS_SELECTOR, "[name=reason][value=end_use_shown]").click()
    seat.driver.find_element(By.NAME, "comment").send_keys("The end user answered.")
    seat.clicks("main form button:not(.first)")
    assert seat.desk.room.state("A-5") == "open"
    assert "Close 4 cases, one event each" in seat.text()
    seat.clicks("button[name=confirmed]")
    assert [seat.desk.room.kinds(f"A-{each}").count("decided") for each in range(5, 9)] == [1, 1, 1, 1]


def test_a_list_is_walked_and_a_case_opened_by_keyboard(seat: Seat) -> None:
    seat.sit("ann")
    second = seat.driver.find_elements(By.CSS_SELECTOR, "[data-row]")[1].text
    seat.press("j", "j", "k", "j")
    seat.goes("o")
    assert seat.order() == second
    assert seat.goes("q") == "/queue"
    seat.press("/")
    assert seat.focus() == "words"


def test_a_refusal_has_the_focus_and_nothing_that_was_written_is_lost(seat: Seat) -> None:
    seat.sit("ann", f"/case/{seat.desk.room.case('A-1')}")
    seat.press("c", "Half a sentence", Keys.ESCAPE)
    seat.goes("s")
    assert seat.driver.switch_to.active_element.get_attribute("id") == "faults"
    assert seat.driver.find_element(By.NAME, "comment").get_attribute("value") == "Half a sentence"


@pytest.mark.parametrize("width", [1280, 820])
@pytest.mark.parametrize("page", ["/queue", "/case/2", "/metrics", "/people"])
def test_no_page_is_wider_than_the_screen(seat: Seat, page: str, width: int) -> None:
    seat.driver.set_window_size(width, 1180)
    seat.sit("ann", page)
    assert seat.driver.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def test_the_whole_path_works_without_script(plain: Any, desk: Any, address: str, passworded: str) -> None:
    seat = Seat(plain, desk, address)
    plain.get(f"{address}/login")
    plain.find_element(By.NAME, "name").send_keys("ann")
    plain.find_element(By.NAME, "password").send_keys(passworded)
    assert seat.clicks("main form button") == "/queue"
    seat.press("/")
    assert seat.focus() != "words"
    first = seat.clicks("[data-key=n]")
    order = seat.order()
    for answer in plain.find_elements(By.NAME, "answer"):
        Select(answer).select_by_value("explained")
    for note in plain.find_elements(By.NAME, "note"):
        if note.get_attribute("data-note") is not None:
            note.send_keys("Asked, and papers came back.")
    for name, word in (("decision", "cleared"), ("label_class", "false_positive"), ("verification", "paper")):
        Select(plain.find_element(By.NAME, name)).select_by_value(word)
    plain.find_element(By.CSS_SELECTOR, "[name=reason][value=end_use_shown]").click()
    plain.find_element(By.NAME, "comment").send_keys("The end user answered.")
    following = seat.clicks("button[value=next]")
    assert following.startswith("/case/")
    assert following != first
    assert desk.room.state(order) in ("proposed", "decided")
