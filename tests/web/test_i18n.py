"""Words: which language a page is in, how catalogues merge, and what the catalogue check finds."""

from pathlib import Path

import pytest
from flask import Flask, g, render_template_string, session

from marketplace.web import catalogues, i18n
from marketplace.web.i18n import (
    CatalogueConflict,
    current_language,
    forget_language,
    gettext,
    in_language,
    lazy_gettext,
    lazy_template,
    load,
    ngettext,
    use_language,
)
from marketplace.web.setup import safe_next

HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


def po(folder: Path, language: str, room: str, text: str) -> None:
    (folder / language).mkdir(parents=True, exist_ok=True)
    (folder / language / f"{room}.po").write_text(HEADER + text, encoding="utf-8")


def test_finnish_is_the_language_of_whoever_asks_for_nothing(sample: Flask) -> None:
    with sample.test_request_context("/"):
        assert current_language() == "fi"
    assert current_language() == "fi"


def test_the_order_of_choices(sample: Flask) -> None:
    headers = {"Accept-Language": "de, en;q=0.8, sv;q=0.5"}
    with sample.test_request_context("/", headers=headers):
        assert current_language() == "en"
    with sample.test_request_context("/", headers={**headers, "Cookie": "language=sv"}):
        assert current_language() == "sv"
        g.account_language = "en"
        forget_language()
        assert current_language() == "en"
        session["language"] = "fi"
        forget_language()
        assert current_language() == "fi"
    with sample.test_request_context("/", headers={"Cookie": "language=xx", "Accept-Language": "ru"}):
        assert current_language() == "fi"


def test_a_mail_is_in_its_readers_language_whoever_is_at_the_screen(sample: Flask) -> None:
    with sample.test_request_context("/"):
        with use_language("sv"):
            assert gettext("Log out") == "Logga ut"
            with use_language("nonsense"):
                assert gettext("Log out") == "Kirjaudu ulos"
            assert gettext("Log out") == "Logga ut"
        assert gettext("Log out") == "Kirjaudu ulos"


def test_lazy_texts_choose_when_they_are_shown() -> None:
    text = lazy_gettext("Log out")
    with use_language("en"):
        assert (str(text), f"{text}!", text + "!", "!" + text, len(text)) == (
            "Log out",
            "Log out!",
            "Log out!",
            "!Log out",
            7,
        )
    with use_language("sv"):
        assert text == "Logga ut"
        assert lazy_template("Fill in: %(label)s") % {"label": "Namn"} == "Fyll i: Namn"
    assert "Log out" in repr(text)
    assert text in {text}


def test_numbers_take_their_forms() -> None:
    one, many = "Try again in %(n)d minute.", "Try again in %(n)d minutes."
    with use_language("sv"):
        assert ngettext(one, many, 1) == "Försök på nytt om 1 minut."
        assert ngettext(one, many, 5) == "Försök på nytt om 5 minuter."


def test_templates_speak_and_escape(sample: Flask) -> None:
    with sample.test_request_context("/", headers={"Cookie": "language=sv"}):
        page = render_template_string(
            "{{ _('Page %(page)d of %(pages)d', page=1, pages=2) }}|"
            "{% trans name='<b>' %}Check code {{ name }}{% endtrans %}|{{ {'fi': 'suomeksi'}|in_language }}"
        )
    assert page == "Sida 1 av 2|Check code &lt;b&gt;|suomeksi"


def test_an_organisers_text_falls_back_to_finnish() -> None:
    with use_language("sv"):
        assert in_language({"fi": "Hei", "sv": "Hej"}) == "Hej"
        assert in_language({"fi": "Hei", "sv": ""}) == "Hei"
        assert in_language({}) == in_language(None) == ""


def test_rooms_are_merged(tmp_path: Path) -> None:
    po(tmp_path, "fi", "shared", 'msgid "Yes"\nmsgstr "Kyllä"\n')
    po(
        tmp_path,
        "fi",
        "admin",
        'msgid "No"\nmsgstr "Ei"\n\nmsgid "Yes"\nmsgstr "Kyllä"\n\n#, fuzzy\nmsgid "Perhaps"\nmsgstr "Ehkä"\n',
    )
    words = load("fi", tmp_path)
    assert (words.ugettext("Yes"), words.ugettext("No"), words.ugettext("Perhaps")) == ("Kyllä", "Ei", "Perhaps")


def test_rooms_that_differ_are_refused(tmp_path: Path) -> None:
    po(tmp_path, "fi", "shared", 'msgid "Yes"\nmsgstr "Kyllä"\n')
    po(tmp_path, "fi", "admin", 'msgid "Yes"\nmsgstr "Joo"\n')
    with pytest.raises(CatalogueConflict, match="Yes"):
        load("fi", tmp_path)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A tiny project with one message in each room that has one."""
    (tmp_path / "marketplace/web/labels").mkdir(parents=True)
    (tmp_path / "admin").mkdir()
    (tmp_path / "portal_client").mkdir()
    (tmp_path / "marketplace/web/a.py").write_text('_("Save")\nngettext("%(n)d day", "%(n)d days", 2)\n')
    (tmp_path / "marketplace/web/labels/refusals_client.py").write_text('lazy_template("Ask %(who)s.")\n')
    (tmp_path / "admin/b.html").write_text("{% trans %}\n  Open\n  it\n{% endtrans %}{{ _('Save') }}")
    return tmp_path


def test_update_then_translate_then_all_is_well(project: Path) -> None:
    folder = project / "translations"
    for room in i18n.ROOMS:
        catalogues.update(room, folder, project)
    problems = catalogues.check(folder, project)
    assert [p for p in problems if p.startswith("en")] == []
    assert "fi/shared: empty: 'Save'" in problems
    assert "fi/admin: empty: 'Open it'" in problems
    assert "sv/portal_client: empty: 'Ask %(who)s.'" in problems
    assert not any("admin" in p and "Save" in p for p in problems)
    for language in ("fi", "sv"):
        po(folder, language, "shared", 'msgid "Save"\nmsgstr "S"\n\nmsgid "%(n)d day"\nmsgid_plural "%(n)d days"\n'
           'msgstr[0] "päivä"\nmsgstr[1] "%(n)d päivää"\n')  # fmt: skip
        po(folder, language, "admin", 'msgid "Open it"\nmsgstr "Avaa"\n')
        po(folder, language, "portal_client", 'msgid "Ask %(who)s."\nmsgstr "Kysy: %(who)s."\n')
    assert catalogues.check(folder, project) == []


@pytest.mark.parametrize(
    ("room", "text", "problem"),
    [
        ("portal_client", 'msgid "Ask %(who)s."\nmsgstr "Kysy %(kuka)s."\n', "placeholders differ"),
        ("portal_client", '#, fuzzy\nmsgid "Ask %(who)s."\nmsgstr "Kysy %(who)s."\n', "fuzzy"),
        ("admin", 'msgid "Open it"\nmsgstr "Avaa"\n\nmsgid "Save"\nmsgstr "Tallenna"\n', "stands in shared already"),
        ("admin", 'msgid "Open it"\nmsgstr "Avaa"\n\nmsgid "Gone"\nmsgstr "Poissa"\n', "nobody uses 'Gone' any more"),
        ("admin", "", "missing 'Open it'"),
    ],
)  # fmt: skip
def test_the_check_finds(project: Path, room: str, text: str, problem: str) -> None:
    folder = project / "translations"
    for one in i18n.ROOMS:
        catalogues.update(one, folder, project)
    po(folder, "fi", room, text)
    assert any(line.startswith("fi/" + room) and problem in line for line in catalogues.check(folder, project))


def test_conflicts_and_lone_per_cent_signs_are_found(project: Path) -> None:
    (project / "portal_client/c.py").write_text('_("Open it")\n_("100 % sure")\n')
    folder = project / "translations"
    po(folder, "fi", "admin", 'msgid "Open it"\nmsgstr "Avaa"\n')
    po(folder, "fi", "portal_client", 'msgid "Open it"\nmsgstr "Aukaise"\n')
    problems = catalogues.check(folder, project)
    assert any("differ on 'Open it'" in line for line in problems)
    assert any("a lone %" in line for line in problems)


def test_update_keeps_translations_and_prunes_when_asked(project: Path) -> None:
    folder = project / "translations"
    po(folder, "fi", "admin", 'msgid "Open it"\nmsgstr "Avaa"\n\nmsgid "Gone"\nmsgstr "Poissa"\n')
    assert catalogues.update("admin", folder, project)[0].startswith("fi/admin: 'Save'")
    text = (folder / "fi/admin.po").read_text()
    assert "Avaa" in text
    assert "Poissa" in text
    catalogues.update("shared", folder, project)
    catalogues.update("admin", folder, project, prune=True)
    text = (folder / "fi/admin.po").read_text()
    assert "Avaa" in text
    assert "Poissa" not in text
    assert "Save" not in text
    po(folder, "fi", "shared", 'msgid "Open it"\nmsgstr ""\n')
    po(folder, "sv", "shared", 'msgid "Open it"\nmsgstr ""\n')
    catalogues.update("shared", folder, project)
    assert "Open it" not in (folder / "fi/shared.po").read_text()
    with pytest.raises(ValueError, match="rooms are"):
        catalogues.update("kitchen", folder, project)


def test_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogues.main(["dance"]) == 2
    assert "check | update ROOM" in capsys.readouterr().err


def test_switching_the_language(sample: Flask) -> None:
    client = sample.test_client()
    answer = client.get("/language/sv?next=/form?a=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/form?a=1")
    assert "language=sv" in answer.headers["Set-Cookie"]
    assert 'lang="sv"' in client.get("/form").text
    assert client.get("/language/xx").status_code == 404


@pytest.mark.parametrize(
    "bad", ["https://evil.example", "//evil.example", "/\\evil.example", "/a\\b", "/\t/evil", "form", "", None]
)
def test_nobody_is_sent_away(bad: str | None) -> None:
    assert safe_next(bad) == "/"
    assert safe_next("/form?a=b#c") == "/form?a=b#c"
