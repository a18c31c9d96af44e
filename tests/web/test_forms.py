"""Every box: what it takes, what it makes of it, and what it says when it cannot."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, StringField

from marketplace.web.finnish_fields import phone
from marketplace.web.forms import (
    BusinessIdField,
    CheckboxesField,
    DayField,
    EInvoiceAddressField,
    EmailField,
    Form,
    IbanField,
    IdentityCodeField,
    LocalizedTextField,
    MoneyField,
    OnceForm,
    ParsedField,
    PhoneField,
    QuantityField,
    Required,
    add_refusal,
    choices,
    form_errors,
    labelled,
)
from marketplace.web.i18n import use_language

Filled = Callable[..., Any]


@pytest.fixture
def filled(easy_sample: Flask) -> Filled:
    """`filled(Field, "typed")`: the field of a form that was sent with it."""

    def fill(kind: type, typed: str, **options: Any) -> Any:
        shape = type("Shape", (Form,), {"box": kind("Box", **options)})
        with easy_sample.test_request_context("/"):
            form = shape(MultiDict({"box": typed}))
            form.validate()
            return form.box

    return fill


GOOD: list[tuple[type[ParsedField], str, Any]] = [
    (MoneyField, "1 234,50", 123450),
    (MoneyField, "1\u00a0234,50 €", 123450),
    (MoneyField, "1234.5", 123450),
    (MoneyField, "12 €", 1200),
    (MoneyField, "12 eur", 1200),
    (MoneyField, "1.234,50", 123450),
    (MoneyField, "1,234.50", 123450),
    (MoneyField, ",5", 50),
    (MoneyField, "7,", 700),
    (MoneyField, "0", 0),
    (MoneyField, "+3", 300),
    (MoneyField, "100 000 000", 10_000_000_000),
    (MoneyField, "", None),
    (QuantityField, "2,5", 250),
    (QuantityField, "2.25 h", 225),
    (QuantityField, "3 tuntia", 300),
    (QuantityField, "0,25", 25),
    (QuantityField, " ", None),
    (DayField, "21.11.2026", date(2026, 11, 21)),
    (DayField, "1.2.2026", date(2026, 2, 1)),
    (DayField, "01. 02. 2026", date(2026, 2, 1)),
    (DayField, "1,2,2026", date(2026, 2, 1)),
    (DayField, "1/2/2026", date(2026, 2, 1)),
    (DayField, "1-2-2026", date(2026, 2, 1)),
    (DayField, "1 2 2026", date(2026, 2, 1)),
    (DayField, "01022026", date(2026, 2, 1)),
    (DayField, "2026-11-21", date(2026, 11, 21)),
    (DayField, "29.2.2028", date(2028, 2, 29)),
    (IdentityCodeField, "131052-308T", "131052-308T"),
    (IdentityCodeField, " 131052-308t ", "131052-308T"),
    (IdentityCodeField, "131052\u2013308T", "131052-308T"),
    (BusinessIdField, "1234567-1", "1234567-1"),
    (BusinessIdField, "12345671", "1234567-1"),
    (BusinessIdField, "FI12345671", "1234567-1"),
    (BusinessIdField, "1234567\u20131", "1234567-1"),
    (BusinessIdField, "572860-7", "0572860-7"),
    (IbanField, "FI21 1234 5600 0007 85", "FI2112345600000785"),
    (IbanField, "fi2112345600000785", "FI2112345600000785"),
    (IbanField, "SE45 5000 0000 0583 9825 7466", "SE4550000000058398257466"),
    (EInvoiceAddressField, "003712345671", "003712345671"),
    (EInvoiceAddressField, "0037 1234 5671 ab1", "003712345671AB1"),
    (EInvoiceAddressField, "FI21 1234 5600 0007 85", "FI2112345600000785"),
    (EmailField, "Matti.Virtanen@Posti.FI", "Matti.Virtanen@posti.fi"),
    (EmailField, "a@b.example", "a@b.example"),
    (PhoneField, "040 123 4567", "+358401234567"),
    (PhoneField, "+358 (0)40 123-4567", "+358401234567"),
    (PhoneField, "00358 40 1234567", "+358401234567"),
    (PhoneField, "+46 70 123 45 67", "+46701234567"),
    (PhoneField, "017 123 456", "+35817123456"),
]

BAD: list[tuple[type[ParsedField], str, str]] = [
    (MoneyField, "kaksi", "Emme ymmärtäneet summaa"),
    (MoneyField, "1 2 3 4 €€ x", "Emme ymmärtäneet summaa"),
    (MoneyField, "12.34.56", "Emme ymmärtäneet summaa"),
    (MoneyField, "1,23,4.5", "Emme ymmärtäneet summaa"),
    (MoneyField, "١٢", "Emme ymmärtäneet summaa"),
    (MoneyField, "1e9", "Emme ymmärtäneet summaa"),
    (MoneyField, "-5", "alle nollan"),
    (MoneyField, "\u22125", "alle nollan"),
    (MoneyField, "1,234", "yli kaksi desimaalia"),
    (MoneyField, "100 000 000,01", "enintään 100 000 000,00 €"),
    (QuantityField, "paljon", "Emme ymmärtäneet määrää"),
    (QuantityField, "-1", "alle nollan"),
    (QuantityField, "1,005", "yli kaksi desimaalia"),
    (QuantityField, "99999999999", "liian suuri"),
    (DayField, "31.2.2026", "ei ole tällaista päivää"),
    (DayField, "21.11.26", "Emme ymmärtäneet päivää"),
    (DayField, "huomenna", "Emme ymmärtäneet päivää"),
    (DayField, "21.11.0026", "Tarkista vuosi"),
    (IdentityCodeField, "131052-308", "11 merkkiä"),
    (IdentityCodeField, "131052-308A", "väärä numero tai kirjain"),
    (IdentityCodeField, "311352-308T", "Tällaista tunnusta ei ole"),
    (IdentityCodeField, "131052-9041", "Tällaista tunnusta ei ole"),
    (BusinessIdField, "1234567-2", "Tarkista Y-tunnus"),
    (BusinessIdField, "hello", "Tarkista Y-tunnus"),
    (IbanField, "FI21 1234 5600 0007 86", "Tarkista tilinumero"),
    (EInvoiceAddressField, "003712345672", "Y-tunnus ei ole oikein"),
    (EInvoiceAddressField, "0037123", "kahdeksan numeroa"),
    (EInvoiceAddressField, "003712345671ABCDEF", "kahdeksan numeroa"),
    (EInvoiceAddressField, "laskut", "Se alkaa numeroilla 0037"),
    (EmailField, "matti", "Tarkista sähköpostiosoite"),
    (EmailField, "matti@posti", "Tarkista sähköpostiosoite"),
    (EmailField, "matti@@posti.fi", "Tarkista sähköpostiosoite"),
    (PhoneField, "123", "Tarkista puhelinnumero"),
    (PhoneField, "soita", "Tarkista puhelinnumero"),
    (PhoneField, "+358 0 0", "Tarkista puhelinnumero"),
]


@pytest.mark.parametrize(("kind", "typed", "data"), GOOD)
def test_what_it_takes(filled: Filled, kind: type, typed: str, data: Any) -> None:
    box = filled(kind, typed)
    assert (box.data, list(box.errors)) == (data, [])


@pytest.mark.parametrize(("kind", "typed", "says"), BAD)
def test_what_it_says(filled: Filled, kind: type, typed: str, says: str) -> None:
    box = filled(kind, typed, validators=[Required()])
    assert box.data is None
    assert len(box.errors) == 1
    assert says in str(box.errors[0]).replace("\u00a0", " ")
    assert box._value() == typed


@pytest.mark.parametrize("kind", sorted({kind for kind, _, _ in GOOD}, key=lambda kind: kind.__name__))
def test_what_is_missing_is_said_in_each_language(easy_sample: Flask, kind: type) -> None:
    shape = type("Shape", (Form,), {"box": kind("Box", validators=[Required()])})
    said = set()
    for language in ("fi", "sv", "en"):
        with easy_sample.test_request_context("/", headers={"Cookie": f"language={language}"}):
            form = shape(MultiDict({"box": "  "}))
            assert not form.validate()
            said.add(str(form.box.errors[0]))
    assert len(said) == 3


def test_temporary_identity_codes_pass_where_the_app_says_so(filled: Filled, easy_sample: Flask) -> None:
    easy_sample.config["ALLOW_TEMPORARY_IDENTITY_CODES"] = True
    try:
        assert filled(IdentityCodeField, "131052-9041").data == "131052-9041"
    finally:
        easy_sample.config["ALLOW_TEMPORARY_IDENTITY_CODES"] = False


def test_what_is_known_is_shown_as_people_write_it(easy_sample: Flask) -> None:
    class Known(Form):
        price = MoneyField()
        hours = QuantityField()
        day = DayField()
        account = IbanField()
        phone = PhoneField()
        text = LocalizedTextField()

    with easy_sample.test_request_context("/"):
        values = {"price": 123450, "hours": 250, "day": date(2026, 2, 1), "account": "FI2112345600000785"}
        form = Known(None, data={**values, "phone": "+358401234567", "text": {"fi": "Hei", "en": "Hi"}})
        shown = [
            str(form[name]._value()).replace("\u00a0", " ") for name in ("price", "hours", "day", "account", "phone")
        ]
        assert shown == ["1 234,50", "2,5", "1.2.2026", "FI21 1234 5600 0007 85", "040 123 4567"]
        assert form.text.data == {"fi": "Hei", "en": "Hi"}
        assert form.text.form.sv.data is None
        again = Known(MultiDict({name: form[name]._value() for name in values}))
        assert {name: again[name].data for name in values} == values
    assert phone("+46701234567") == "+46701234567"


def test_texts_are_cleaned_and_passwords_are_not(easy_sample: Flask) -> None:
    class Texts(Form):
        name = StringField()
        shout = StringField(filters=[lambda text: text.upper() if text else text])
        password = PasswordField()

    with easy_sample.test_request_context("/"):
        form = Texts(MultiDict({"name": "  A\u0308iti\x00\r\nrivi ", "shout": " hei ", "password": " sala "}))
        assert (form.name.data, form.shout.data, form.password.data) == ("Äiti\nrivi", "HEI", " sala ")
        assert Texts(MultiDict()).name.data in (None, "")


def test_required_lets_zero_pass(filled: Filled) -> None:
    assert filled(MoneyField, "0", validators=[Required()]).errors == []
    assert filled(StringField, "", validators=[Required()]).errors == ["Täytä kohta: Box"]
    assert filled(StringField, "", validators=[Required("Oma syy")]).errors == ["Oma syy"]


def test_three_languages_in_one_field(easy_sample: Flask) -> None:
    class Texts(Form):
        text = LocalizedTextField("Esittely", most=5)
        free = LocalizedTextField("Muu", required=False)

    with easy_sample.test_request_context("/"):
        form = Texts(MultiDict({"text-fi": " Hei ", "text-sv": "", "text-en": "Hi"}))
        assert form.validate()
        assert (form.text.data, form.free.data) == ({"fi": "Hei", "en": "Hi"}, {})
        form = Texts(MultiDict({"text-sv": "Hejsan"}))
        assert not form.validate()
        assert list(form_errors(form)) == [
            ("text-fi", "Kirjoita ainakin suomeksi: Esittely"),
            ("text-sv", "Teksti on liian pitkä. Kirjoita enintään 5 merkkiä."),
        ]


def test_choices_have_words_from_labels(easy_sample: Flask) -> None:
    class Chosen(Form):
        places = CheckboxesField("Missä", choices=choices([("a", "A"), ("b", "B")]), validators=[Required()])
        role = CheckboxesField("Rooli", choices=labelled("role", ["client"]))

    with easy_sample.test_request_context("/"):
        form = Chosen(MultiDict([("places", "a"), ("places", "b")]))
        assert form.validate()
        assert form.places.data == ["a", "b"]
        assert [str(option.label.text) for option in form.role] == ["Asiakas"]
        form = Chosen(MultiDict([("places", "c")]))
        assert not form.validate()
        assert "ei ole vaihtoehtona" in str(form.places.errors[0])
        assert next(form_errors(form))[0] == "places-0"


def test_the_key_of_a_form_that_creates_something(easy_sample: Flask) -> None:
    with easy_sample.test_request_context("/"):
        first, second = OnceForm(None), OnceForm(None)
        assert re.fullmatch(r"[0-9a-f]{32}", first.once.data)
        assert first.once.data != second.once.data
        sent = OnceForm(MultiDict({"once": first.once.data}))
        assert sent.validate()
        assert sent.once.data == first.once.data
        for broken in ({"once": ""}, {"once": "x" * 32}, {"once": "a" * 33}):
            form = OnceForm(MultiDict(broken))
            assert not form.validate()
            assert list(form_errors(form)) == [
                (None, "Sivu ei ollut kokonainen. Avaa se uudelleen ja lähetä lomake uudestaan.")
            ]


class Refused:
    """As a use case raises it."""

    def __init__(self, code: str, field: str | None = None, **values: object) -> None:
        self.code, self.field, self.values = code, field, values


def test_a_refusal_is_shown_at_its_field_or_on_top(easy_sample: Flask) -> None:
    class Order(OnceForm):
        price = MoneyField("Hinta")
        text = LocalizedTextField("Esittely", required=False)

    with easy_sample.test_request_context("/"):
        form = Order(MultiDict({"price": "5", "once": "a" * 32}))
        assert form.validate()
        for field in ("price", "text", "once", "not_there", None):
            add_refusal(form, Refused("stale", field))
        boxes = [box for box, _ in form_errors(form)]
        assert boxes == [None, None, None, "price", "text-fi"]
        assert all(text.startswith("Joku muutti tätä") for _, text in form_errors(form))


FIELD = '{% from "shared/forms.html" import field, error_summary, post_button %}'


def test_an_error_is_tied_to_its_box(easy_sample: Flask) -> None:
    class Order(Form):
        price = MoneyField("Hinta", validators=[Required()])
        day = DayField("Päivä")

    with easy_sample.test_request_context("/"):
        form = Order(MultiDict({"price": '"><script>'}))
        form.validate()
        page = render_template_string(FIELD + "{{ field(form.price, hint='Euroina') }}{{ field(form.day) }}", form=form)
    assert 'aria-describedby="price-hint price-error"' in page
    assert 'aria-invalid="true"' in page
    assert page.index('id="price-hint"') < page.index('id="price-error"') < page.index("<input")
    assert "<script>" not in page
    assert "Esimerkiksi 21.11.2026" in page
    assert "(ei pakollinen)" in page
    assert page.count("aria-invalid") == 1


def test_the_summary_is_silent_without_errors(easy_sample: Flask) -> None:
    with easy_sample.test_request_context("/"):
        page = render_template_string(FIELD + "[{{ error_summary(form) }}]", form=OnceForm(None))
        button = render_template_string(FIELD + '{{ post_button("/x", "Vahvista", once="abc", values={"n": 1}) }}')
    assert page == "[]"
    assert 'name="csrf_token"' in button
    assert 'name="once" value="abc"' in button
    assert 'name="n" value="1"' in button


def test_the_whole_form_speaks_swedish(easy_sample: Flask) -> None:
    client = easy_sample.test_client()
    client.set_cookie("language", "sv")
    page = client.post("/form").text
    text = unescape(page)
    assert "<title>Fel: " in text
    assert re.search(r"Rätta \d+ saker", text)
    assert "Skriv beloppet i euro" in text
    assert "Kryssa för rutan" in text
    with use_language("fi"):
        assert "Kirjoita summa" not in text
