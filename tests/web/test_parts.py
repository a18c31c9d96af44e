"""The parts of pages: labels of codes, charts, and each part's mark-up."""

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask, render_template_string

from marketplace.roles import Role
from marketplace.web import labels
from marketplace.web.charts import BandData, BandRow, LineData, Series, draw_band, draw_line, nice_step
from marketplace.web.i18n import LANGUAGES, lazy_gettext, lazy_template, use_language
from marketplace.web.labels import NoLabel, TwiceNamed, label, refusal_text
from marketplace.web.portals import NavLink, Person, Portal, current_portal, register_portal

PAGES = ["/choose", "/today", "/finance", "/form", "/decision", "/empty"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sample_page_passes_the_page_checks(sample: Flask, path: str, language: str) -> None:
    client = sample.test_client()
    client.set_cookie("language", language)
    assert client.get(path).status_code == 200


def test_every_role_has_its_words() -> None:
    for role in Role:
        for language in LANGUAGES:
            with use_language(language):
                assert label("role", role.value)


def test_a_code_without_words_is_an_error_here_and_quiet_in_life(sample: Flask) -> None:
    with pytest.raises(NoLabel):
        label("role", "king")
    with pytest.raises(NoLabel):
        refusal_text("because")
    sample.testing = False
    try:
        with sample.app_context():
            assert label("role", "king") == "muu"
            assert refusal_text("because").startswith("Tämä ei onnistunut")
    finally:
        sample.testing = True
    assert labels.kind("role", "king") == "plain"


def test_a_refusals_values_are_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    text = lazy_template("%(a_cents)s %(b_hundredths)s %(day)s %(when)s %(name)s %(n)s %%")
    monkeypatch.setattr(labels, "texts", lambda: {"refusal.test": text})
    values = {
        "a_cents": 123450,
        "b_hundredths": 250,
        "day": date(2026, 11, 21),
        "when": datetime(2026, 11, 21, 12, 5, tzinfo=UTC),
        "name": {"fi": "Valmennus", "sv": "Coachning"},
        "n": 3,
    }
    with use_language("sv"):
        written = refusal_text("test", values).replace("\u00a0", " ")
    assert written == "1 234,50 € 2,5 21.11.2026 21.11.2026 kl. 14.05 Coachning 3 %"


def test_two_modules_may_not_name_one_code(monkeypatch: pytest.MonkeyPatch) -> None:
    class Module:
        TEXTS = {"role.client": lazy_gettext("Client")}

    monkeypatch.setattr(labels, "import_module", lambda _name: Module)
    with pytest.raises(TwiceNamed):
        labels.texts.__wrapped__()
    Module.TEXTS = {"client": lazy_gettext("Client")}
    monkeypatch.setattr(labels, "REFUSALS", "nothing")
    with pytest.raises(TwiceNamed, match="family"):
        labels.texts.__wrapped__()


def line(**changes: object) -> LineData:
    values: dict[str, object] = {
        "id": "x",
        "title": "T",
        "summary": "S",
        "labels": ["a", "b", "c"],
        "series": [Series("one", [1, None, 3])],
    }
    return LineData(**{**values, **changes})  # type: ignore[arg-type]


def test_a_line_has_gaps_where_nothing_is_known() -> None:
    drawing = draw_line(line(), 1000, 300)
    path = drawing.paths[0][1]
    assert path.count("M") == 2
    assert len(drawing.dots) == 1
    assert drawing.grid[0] > drawing.grid[-1]


def test_charts_of_nothing_and_of_one_do_not_fail() -> None:
    assert draw_line(line(labels=[], series=[]), 400, 300).paths == []
    assert draw_line(line(labels=["a"], series=[Series("one", [0])]), 400, 300).x_words[0].text == "a"
    assert draw_band(BandData("b", "T", "S", []), 400, True).rows == []


def test_every_mark_stays_on_the_paper() -> None:
    data = line(band=([0, 1, 2], [2, 4, 9]), limit=("most", 12), labels=["tammikuu"] * 3)
    for width in (1040, 400):
        drawing = draw_line(data, width, 300)
        numbers = [float(n) for path in [drawing.band, drawing.paths[0][1]] for n in re.findall(r"[\d.]+", path)]
        assert min(numbers) >= 0
        assert max(numbers) <= width
        assert drawing.limit is not None
        assert drawing.limit[0] > 0


@pytest.mark.parametrize(("top", "step"), [(0, 1), (3, 1), (9, 2.5), (90_000_000, 25_000_000), (0.4, 0.1)])
def test_steps_are_round(top: float, step: float) -> None:
    assert nice_step(top) == pytest.approx(step)


def test_a_dot_outside_of_its_band_is_marked() -> None:
    rows = [BandRow("in", 5, 1, 9), BandRow("out", 12, 1, 9), BandRow("unknown", None, 1, 9)]
    drawing = draw_band(BandData("b", "T", "S", rows, middle=5), 1000)
    assert [row[-1] for row in drawing.rows] == [True, False, True]
    assert drawing.rows[2][5] is None
    assert [tick.text for tick in drawing.ticks] == ["1", "5", "9"]


def test_charts_say_what_they_show(sample: Flask) -> None:
    page = sample.test_client().get("/finance").text
    assert page.count("<svg") == page.count("</svg>")
    assert 'role="img" aria-labelledby="spending-w-title spending-w-desc"' in page
    assert "Näytä taulukkona" in page
    assert 'href="/talous.csv"' in page
    assert "style=" not in page


PARTS = '{% from "shared/parts.html" import facts, steps, tag, state, pager, table %}'


def test_small_parts(sample: Flask) -> None:
    with sample.test_request_context("/"):
        shown = render_template_string(
            PARTS
            + "{{ facts([('Esteetön', none), ('Nimi', '<b>')]) }}|{{ steps(2, 5, 'pankissa') }}|{{ tag('ok', '<i>') }}|"
            "{{ pager(1, 1, none) }}|{{ state('role', 'client') }}"
        )
    assert "ei ilmoitettu" in shown
    assert "&lt;b&gt;" in shown
    assert shown.count("step-done") == 2
    assert shown.count("step-wait") == 1
    assert "vaiheita tehty 2 / 5" in shown
    assert "<i>" not in shown
    assert "<nav" not in shown
    assert '<span class="tag tag-plain">Asiakas</span>' in shown


def test_the_menu_knows_where_one_is() -> None:
    link = NavLink("p.invoices", "Laskut", under=("p.invoice", "p.line_*"))
    assert [link.active(one) for one in ("p.invoices", "p.invoice", "p.line_edit", "p.other", None)] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_a_portal_is_found_by_its_blueprint(sample: Flask) -> None:
    portal = Portal("odd", "Outo", "choose", lambda: [NavLink("choose", "Valitse")])
    register_portal(sample, portal)
    with sample.test_request_context("/choose"):
        assert current_portal() is None
        assert [item.active for item in portal.items()] == [True]
    assert Person("A", "B", "/out").place == ""
