"""A small app that shows every part of the shared room: one page of each kind, with invented people. Only tests see it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, abort, flash, g, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from marketplace.web import formats
from marketplace.web.charts import BandData, BandRow, LineData, Series
from marketplace.web.forms import (
    BusinessIdField,
    CheckboxesField,
    DayField,
    EInvoiceAddressField,
    EmailField,
    IbanField,
    IdentityCodeField,
    LocalizedTextField,
    MoneyField,
    OnceForm,
    PhoneField,
    QuantityField,
    Required,
    add_refusal,
    choices,
    labelled,
)
from marketplace.web.i18n import current_language, lazy_gettext
from marketplace.web.portals import NavLink, Person, Portal, footer_link, register_portal
from marketplace.web.setup import init_web
from tests.page_checks import CheckedClient


def t(fi: str, sv: str) -> str:
    """The sample's own words; real pages have theirs in the catalogues."""
    return {"fi": fi, "sv": sv}.get(current_language(), fi)


class EveryField(OnceForm):
    """One field of each kind."""

    name = StringField("Nimi", validators=[Required(), Length(max=80)])
    hetu = IdentityCodeField("Henkilötunnus", validators=[Required()])
    company = BusinessIdField("Y-tunnus", validators=[Required()])
    account = IbanField("Tilinumero", validators=[Required()])
    einvoice = EInvoiceAddressField("Verkkolaskuosoite")
    email = EmailField("Sähköposti", validators=[Required()])
    phone = PhoneField("Puhelin")
    price = MoneyField("Hinta tunnilta", validators=[Required()])
    hours = QuantityField("Tunteja", validators=[Required()])
    start = DayField("Alkaa", validators=[Required()])
    kind = SelectField(
        "Laji", choices=choices([("", "Valitse"), ("a", "Valmennus"), ("b", "Kuntoutus")]), validators=[Required()]
    )
    way = RadioField(
        "Miten", choices=choices([("one", "Yksin valmentajan kanssa"), ("group", "Ryhmässä")]), validators=[Required()]
    )
    places = CheckboxesField(
        "Missä",
        choices=choices([("k", "Kuopio"), ("s", "Siilinjärvi"), ("v", "Suonenjoki ja Rautalampi, myös kotiin")]),
    )
    role = SelectField("Rooli", choices=labelled("role", ["client", "auditor"], lazy_gettext("not stated")))
    promise = LocalizedTextField("Esittely", long=True)
    notes = TextAreaField("Huomioita")
    agree = BooleanField("Hyväksyn ehdot ja vakuutan, että tiedot ovat oikein", validators=[Required()])


@dataclass
class Sample:
    """Anything with names."""

    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None


def _s(**values: Any) -> Sample:
    return Sample(values)


OFFERS = [
    (
        "Savon Polku ry",
        "Etsimme työpaikkoja yhdessä ja tulemme ensimmäisenä työpäivänä mukaan.",
        "ok",
        "viikolla 49",
        "19.11.",
        "Kuopio, Siilinjärvi",
        "suomi, English",
        "Yksin tai ryhmässä, 4–6",
        "kyllä",
    ),
    (
        "Kallaveden Valmennus Oy",
        "Lyhyet työjaksot oikeissa yrityksissä. Oma valmentaja koko ajan.",
        "ok",
        "viikolla 48",
        "20.11.",
        "Kuopio",
        "suomi",
        "Yksin",
        None,
    ),
    (
        "Tmi Aino Rautavaara",
        "Olen ollut itse pitkään työttömänä. Autan sinua ottamaan seuraavan askeleen.",
        "wait",
        "noin 5 viikon jono",
        "14.11.",
        "Suonenjoki, Rautalampi, kotona",
        "suomi, svenska",
        "Yksin",
        "tulee luoksesi",
    ),
]


def _client_nav() -> list[NavLink]:
    return [
        NavLink("choose", t("Valitse tuottaja", "Välj producent")),
        NavLink("decision", t("Päätökset", "Beslut")),
        NavLink("every_field", t("Tietoni", "Mina uppgifter")),
    ]


def _provider_nav() -> list[NavLink]:
    names = [
        ("Tänään", "I dag"),
        ("Asiakkaat", "Klienter"),
        ("Laskutus", "Fakturering"),
        ("Esittely", "Presentation"),
        ("Ehdot", "Villkor"),
    ]
    return [NavLink("today" if fi == "Tänään" else "choose", t(fi, sv)) for fi, sv in names]


def _staff_nav() -> list[NavLink]:
    names = [
        ("Tehtävät", "Uppgifter"),
        ("Setelit", "Sedlar"),
        ("Tuottajat", "Producenter"),
        ("Ehdot ja hinnat", "Villkor och priser"),
        ("Talous", "Ekonomi"),
        ("Tasapuolisuus", "Jämlikhet"),
        ("Käyttäjät", "Användare"),
    ]
    return [NavLink("finance" if fi == "Talous" else "choose", t(fi, sv)) for fi, sv in names]


def _finance() -> tuple[LineData, BandData]:
    months = ["tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu"]
    spent = [
        2_100_000,
        7_800_000,
        14_900_000,
        22_400_000,
        31_000_000,
        36_800_000,
        43_200_000,
        48_900_000,
        55_100_000,
        60_300_000,
    ]
    nothing: list[int | None] = [None] * 9
    line = LineData(
        id="spending",
        title=t("Käyttö ja ennuste kuukausittain", "Användning och prognos per månad"),
        summary=t("Käyttö 603 000 €, ennuste 735 000–764 000 €, määräraha 900 000 €.", "Prognosen ryms inom anslaget."),
        labels=months,
        series=[
            Series(t("Käytetty", "Använt"), [*spent, None, None]),
            Series(t("Ennuste", "Prognos"), [*nothing, 60_300_000, 69_000_000, 75_000_000], "forecast"),
        ],
        band=([*nothing, 60_300_000, 67_900_000, 73_500_000], [*nothing, 60_300_000, 70_100_000, 76_400_000]),
        band_name=t("Epävarmuus", "Osäkerhet"),
        limit=(t("Määräraha 900 000 €", "Anslag 900 000 €"), 90_000_000),
        show=lambda cents: formats.money(int(cents), short=True),
        csv_url="/talous.csv",
        label_name=t("Kuukausi", "Månad"),
    )
    names = ["Savon Polku ry", "Kallaveden Valmennus Oy", "Tmi Aino Rautavaara", "Pielisen Säätiö sr"]
    band = BandData(
        id="fair",
        title=t("Ensimmäisenä näkyminen", "Visad som första"),
        summary=t("Kaikki neljä tuottajaa ovat sattuman rajoissa.", "Alla fyra producenter är inom slumpens gränser."),
        rows=[BandRow(name, value, 72, 134) for name, value in zip(names, (107, 95, 112, 98), strict=True)],
        middle=103,
        name_label=t("Tuottaja", "Producent"),
        value_label=t("Kertoja", "Gånger"),
        band_label=t("Sattuma sallii", "Slumpen tillåter"),
        show=lambda value: formats.number(int(value)),
        csv_url="/tasapuolisuus.csv",
    )
    return line, band


class _Refused(Exception):
    code = "stale"
    field = "price"
    values: dict[str, object] = {}


def sample_app(**settings: object) -> Flask:
    """The sample, with its own addresses: /choose /today /finance /form /decision /crash and the error codes."""
    app = Flask("tests.web.sample", static_folder=None)
    app.config.update({"SECRET_KEY": "only for tests", "TESTING": True, "HTTPS": False, "DEMO": True, **settings})
    init_web(app)
    pages = FileSystemLoader(str(__file__).replace("sample.py", "pages"))
    app.jinja_loader = ChoiceLoader([loader for loader in (app.jinja_loader, pages) if loader])
    app.jinja_env.globals["t"] = t
    app.test_client_class = CheckedClient
    footer_link(app, "choose", "Saavutettavuus")
    footer_link(app, "decision", "Miten järjestys arvotaan")
    footer_link(app, "not_there", "Tätä ei ole")
    nav = {
        "choose": (_client_nav, "Palveluseteli"),
        "today": (_provider_nav, "Tuottajan palvelu"),
        "finance": (_staff_nav, "Kunnan palvelu"),
    }
    person = {
        "today": Person("Pekka Polku", "Palveluvastaava", "/log-out", "Savon Polku ry"),
        "finance": Person("Tuula Talous", "Talous", "/log-out", "Kuopion seutu"),
    }

    @app.context_processor
    def _frame() -> dict[str, object]:
        place = request.endpoint if request.endpoint in nav else "choose"
        make, name = nav[place]
        g.person = person.get(place) or Person("Maija Meikäläinen", t("Asiakas", "Klient"), "/log-out", "Kuopion seutu")
        portal = Portal("sample", name, "choose", make)
        return {"portal": portal, "nav": portal.items(), "person": g.person}

    register_portal(app, Portal("sample", "Palveluseteli", "choose"))

    @app.get("/choose")
    def choose() -> str:
        form = EveryField(formdata=None)
        return render_template("choose.html", offers=OFFERS, places=form.places, voucher_end=date(2027, 1, 31))

    @app.get("/today")
    def today() -> str:
        flash(t("Tieto tallennettu.", "Uppgiften sparades."), "ok")
        tasks = [
            _s(
                title=t("2 uutta asiakasta on valinnut teidät", "2 nya klienter har valt er"),
                why=t("Vahvista paikka tai kerro syy.", "Bekräfta platsen eller berätta varför inte."),
                deadline=t("viimeistään ti 24.11.", "senast ti 24.11."),
                urgent=True,
                url="/form",
                button=t("Vahvista", "Bekräfta"),
            ),
            _s(
                title=t("Marraskuun lasku on valmis lähetettäväksi", "Novemberfakturan är klar att skickas"),
                why=t(
                    "83 riviä, 6 214,00 €. Yksi rivi tarvitsee korjauksen.",
                    "83 rader, 6 214,00 €. En rad behöver rättas.",
                ),
                deadline=None,
                urgent=False,
                url="/form",
                button=t("Tarkista ja lähetä", "Granska och skicka"),
            ),
            _s(
                title=t("Vakuutustodistus vanhenee 12.12.", "Försäkringsintyget går ut 12.12."),
                why=t(
                    "Uudet asiakkaat pysähtyvät silloin, nykyiset jatkavat.",
                    "Nya klienter stoppas då, de nuvarande fortsätter.",
                ),
                deadline=None,
                urgent=False,
                url="/form",
                button=t("Päivitä", "Uppdatera"),
            ),
        ]
        return render_template("today.html", tasks_list=tasks)

    @app.get("/finance")
    def finance() -> str:
        line, band = _finance()
        boxes = [
            _s(label=t("Määräraha", "Anslag"), value=formats.money(90_000_000, short=True), note=None),
            _s(
                label=t("Varattu seteleihin", "Reserverat för sedlar"),
                value=formats.money(21_438_000, short=True),
                note=None,
            ),
            _s(label=t("Käytetty", "Använt"), value=formats.money(58_811_200, short=True), note=None),
            _s(
                label=t("Vapaana", "Ledigt"),
                value=formats.money(9_750_800, short=True),
                note=t("riittää noin 61 seteliin", "räcker till ungefär 61 sedlar"),
            ),
        ]
        return render_template("finance.html", line=line, band=band, boxes=boxes)

    @app.route("/form", methods=["GET", "POST"])
    def every_field() -> str:
        form = EveryField()
        if form.validate_on_submit():
            add_refusal(form, _Refused())
        return render_template("form.html", form=form)

    @app.get("/decision")
    def decision() -> str:
        return render_template("decision.html", day=date(2026, 11, 21))

    @app.get("/empty")
    def nothing() -> str:
        return render_template("empty.html")

    @app.get("/error/<int:code>")
    def error(code: int) -> str:
        abort(code)

    @app.get("/crash")
    def crash() -> str:
        raise RuntimeError("secret inside")

    return app
