"""What every answer tells the browser, and how the few files are served."""

import gzip
import re

import pytest
from flask import Flask, make_response

from marketplace.web.assets import assets
from tests.web.sample import sample_app


def policy(answer: object) -> dict[str, str]:
    text = answer.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
    return dict(part.split(" ", 1) for part in text.split("; "))


def test_nothing_inline_nothing_from_elsewhere_no_frames(sample: Flask) -> None:
    answer = sample.test_client().get("/choose")
    found = policy(answer)
    assert found["default-src"] == "'none'"
    assert found["script-src"] == found["style-src"] == found["form-action"] == "'self'"
    assert found["frame-ancestors"] == found["base-uri"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in answer.headers


def test_a_payment_page_may_be_a_forms_target() -> None:
    app = sample_app(FORM_TARGETS=["https://checkout.stripe.com"])
    assert policy(app.test_client().get("/choose"))["form-action"] == "'self' https://checkout.stripe.com"


def test_the_cookie_over_https() -> None:
    app = sample_app()
    secure = sample_app(**{"SESSION_COOKIE_NAME": "x"})
    assert app.config["SESSION_COOKIE_SECURE"] is False
    assert app.config["SESSION_COOKIE_NAME"] == secure.config["SESSION_COOKIE_NAME"] == "session"
    app = sample_app(HTTPS=True)
    cookie = app.test_client().get("/language/sv", base_url="https://localhost").headers.getlist("Set-Cookie")
    session = next(one for one in cookie if one.startswith("__Host-session="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(session.split("; "))
    assert all("Secure" in one for one in cookie)
    assert "Strict-Transport-Security" in app.test_client().get("/choose", base_url="https://localhost").headers


@pytest.mark.parametrize("path", ["/choose", "/form", "/nowhere"])
def test_nobody_keeps_a_copy_of_a_page(sample: Flask, path: str) -> None:
    answer = sample.test_client().get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"Cookie", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))


def test_a_view_may_say_otherwise() -> None:
    app = sample_app()

    @app.get("/open-data")
    def open_data() -> object:
        answer = make_response("1")
        answer.mimetype = "text/csv"
        answer.headers["Cache-Control"] = "public, max-age=60"
        return answer

    assert app.test_client().get("/open-data").headers["Cache-Control"] == "public, max-age=60"


def test_forms_ask_for_their_token(sample: Flask) -> None:
    client = sample.test_client()
    assert client.post("/form").status_code == 400
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', client.get("/form").text)
    assert token
    assert client.post("/form", data={"csrf_token": token[1]}).status_code == 200


def test_pages_link_files_by_their_content(sample: Flask) -> None:
    client = sample.test_client()
    page = client.get("/choose").text
    links = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)
    assert {link.split("?")[0].rsplit("/", 1)[1] for link in links} == {
        "bootstrap.css",
        "theme.css",
        "pages.css",
        "print.css",
        "enhance.js",
        "mark.svg",
    }
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert "session" not in answer.headers.get("Set-Cookie", "")


def test_files_are_squeezed_and_not_sent_twice(sample: Flask) -> None:
    client = sample.test_client()
    raw = client.get("/assets/bootstrap.css")
    small = client.get("/assets/bootstrap.css", headers={"Accept-Encoding": "br, gzip"})
    assert len(raw.data) > 200_000
    assert len(small.data) < 40_000
    assert small.headers["Content-Encoding"] == "gzip"
    assert small.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(small.data) == raw.data
    again = client.get(
        "/assets/bootstrap.css", headers={"Accept-Encoding": "gzip", "If-None-Match": small.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert b"sourceMappingURL" not in raw.data
    assert "immutable" not in raw.headers["Cache-Control"]
    assert "Content-Encoding" not in client.get("/assets/theme.css", headers={"Accept-Encoding": "gzip;q=0"}).headers
    assert client.get("/assets/theme.py").status_code == 404


def test_a_page_costs_little(sample: Flask) -> None:
    page = sample.test_client().get("/choose").text
    links = {link.split("/")[-1] for link in re.findall(r'(?:href|src)="/assets/([^"?]+)', page)}
    everywhere = sum(len(assets()[name].squeezed) for name in links)
    assert everywhere < 42_500
    # what a kind of page adds to it
    assert max(len(one.squeezed) for name, one in assets().items() if name not in links) < 3_000


def test_styles_and_scripts_are_ours_alone() -> None:
    for name in ("theme.css", "pages.css", "print.css", "enhance.js"):
        text = assets()[name].raw.decode()
        assert "http" not in text.replace('[href^="http"]', "")
        assert "@import" not in text
