"""Error pages say what to do next and nothing of what is inside, also when the database is down."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, abort, g
from werkzeug.exceptions import TooManyRequests

from marketplace.web.errors import WORDS, error_page
from tests.web.sample import sample_app


@contextmanager
def as_in_life(app: Flask) -> Iterator[None]:
    """Exceptions are caught, as on a real server."""
    app.testing = False
    try:
        yield
    finally:
        app.testing = True


@pytest.mark.parametrize("code", sorted(WORDS))
@pytest.mark.parametrize(
    ("language", "home"), [("fi", "Etusivulle"), ("sv", "Till startsidan"), ("en", "To the front page")]
)
def test_every_page_speaks_and_leads_on(sample: Flask, code: int, language: str, home: str) -> None:
    client = sample.test_client()
    client.set_cookie("language", language)
    answer = client.get(f"/error/{code}")
    assert answer.status_code == code
    assert f'<html lang="{language}">' in answer.text
    assert home in answer.text
    assert "Werkzeug" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_unknown_addresses_and_wrong_ways(sample: Flask) -> None:
    client = sample.test_client()
    assert "Sivua ei löydy" in client.get("/nowhere").text
    assert client.get("/nowhere").status_code == 404
    wrong = client.post("/choose", data={"csrf_token": "x"})
    assert wrong.status_code == 405
    assert "GET" in wrong.headers["Allow"]
    assert client.get("/error/418").status_code == 418


def test_a_crash_tells_a_reference_and_nothing_else(sample: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with as_in_life(sample):
        answer = sample.test_client().get("/crash")
    assert answer.status_code == 500
    assert "secret inside" not in answer.text
    assert "Traceback" not in answer.text
    reference = answer.text.split('class="check-code">')[1][:8]
    assert f"reference {reference}" in caplog.text


def test_the_page_of_a_crash_needs_no_person_and_no_database() -> None:
    app = sample_app(PROPAGATE_EXCEPTIONS=False)

    @app.context_processor
    def broken() -> dict[str, object]:
        raise ConnectionError("the database is down")

    with as_in_life(app):
        client = app.test_client()
        client.set_cookie("language", "sv")
        down = client.get("/choose")
        missing = client.get("/nowhere")
    assert down.status_code == 500
    assert "Något gick fel hos oss" in down.text
    assert missing.status_code == 404
    assert "Sidan finns inte" in missing.text


def test_a_form_that_was_open_too_long_gives_back_what_was_written(sample: Flask) -> None:
    story = "Etsimme työpaikkoja yhdessä ja tulemme ensimmäisenä työpäivänä mukaan <b>."
    typed = {"promise-fi": story, "csrf_token": "old" * 20, "password": "p" * 40, "name": "lyhyt"}
    client = sample.test_client()
    own = client.post("/form", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert own.status_code == 400
    assert "Lomake oli auki liian kauan" in own.text
    assert "ensimmäisenä työpäivänä mukaan &lt;b&gt;." in own.text
    assert "pppp" not in own.text
    assert "oldold" not in own.text
    for site in ("cross-site", "same-site", "none", ""):
        strange = client.post("/form", data=typed, headers={"Sec-Fetch-Site": site})
        assert "ensimmäisenä" not in strange.text


def test_too_large_and_too_often() -> None:
    app = sample_app(MAX_CONTENT_LENGTH=3 * 1024 * 1024, WTF_CSRF_ENABLED=False)

    @app.get("/often")
    def often() -> str:
        raise TooManyRequests(retry_after=125)

    large = app.test_client().post("/form", data={"notes": "x" * (4 * 1024 * 1024)})
    assert large.status_code == 413
    assert "enintään 3 Mt" in large.text
    answer = app.test_client().get("/often")
    assert answer.headers["Retry-After"] == "125"
    assert "Yritä uudelleen 3 minuutin kuluttua." in answer.text


def test_a_refusals_own_words_are_shown_and_the_librarys_are_not() -> None:
    app = sample_app()

    @app.get("/refused")
    def refused() -> str:
        abort(409, description="Paikka ehti mennä.")

    @app.get("/made")
    def made() -> object:
        return error_page(422, "Budjetti ei riitä <b>.")

    own = app.test_client().get("/refused")
    assert own.status_code == 409
    assert "Paikka ehti mennä." in own.text
    assert "conflict" not in app.test_client().get("/error/409").text.lower()
    page = app.test_client().get("/made")
    assert page.status_code == 422
    assert "Budjetti ei riitä &lt;b&gt;." in page.text


def test_a_strangers_host_gets_a_plain_page() -> None:
    app = sample_app(TRUSTED_HOSTS=["localhost"])
    answer = app.test_client().get("/choose", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert "Etusivulle" in answer.text


def test_answers_that_are_not_errors_pass() -> None:
    app = sample_app()

    @app.get("/moved")
    def moved() -> str:
        g.seen = True
        abort(app.redirect("/choose"))

    assert app.test_client().get("/moved").status_code == 302
