"""The forms by which an organiser decides how its lists are drawn, and brings a lottery's numbers in."""

import re
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from marketplace.web.forms import DayField, Form, OnceForm, ParsedField, Required, Unclear, labelled
from marketplace.web.i18n import gettext, lazy_gettext

NUMBERS = re.compile(r"[\s,;+/-]+")


class NumbersField(ParsedField):
    """Numbers as a lottery shows them, with spaces or commas between; the data is a tuple of int."""

    def parse(self, text: str) -> tuple[int, ...]:
        parts = [part for part in NUMBERS.split(text) if part]
        if not all(re.fullmatch(r"\d{1,6}", part, re.ASCII) for part in parts):
            raise Unclear(gettext("Write only the numbers, with a space between: 4 8 15 16 23."))
        return tuple(map(int, parts))

    def show(self, value: Any) -> str:
        return " ".join(map(str, value))


class OrderRuleForm(Form):
    """Where the day's public randomness comes from, and how sister companies are shown."""

    source = RadioField(
        lazy_gettext("Public randomness"), [Required()], choices=labelled("order_source", ("none", "lottery", "drand"))
    )
    lottery = StringField(lazy_gettext("Code of the lottery"), [Length(max=64)])
    chain_info = TextAreaField(lazy_gettext("The chain's own description"), [Length(max=5000)])
    one_card = BooleanField(lazy_gettext("Companies of the same group share one card"))
    reason = TextAreaField(lazy_gettext("Reasons"), [Length(max=2000)])


class LotteryForm(OnceForm):
    """A draw, as the lottery has published it."""

    day = DayField(lazy_gettext("For the lists of which day?"), [Required()])
    round = IntegerField(lazy_gettext("The lottery's number of the draw"), [Required()])
    drawn_on = DayField(lazy_gettext("Day of the draw"), [Required()])
    numbers = NumbersField(lazy_gettext("The numbers"), [Required()])


class ConfirmLotteryForm(Form):
    """The same numbers, looked up by a second person."""

    numbers = NumbersField(lazy_gettext("The numbers, as you see them at the lottery"), [Required()])


class GroupQuestionForm(OnceForm):
    """Which two companies, what about them, and why."""

    unit = SelectField(lazy_gettext("Company"), [Required()])
    other = SelectField(lazy_gettext("The other company"), [Required()])
    kind = RadioField(lazy_gettext("What do you say?"), [Required()], choices=labelled("group_question", ("join", "part")))
    grounds = TextAreaField(lazy_gettext("Grounds"), [Length(max=4000)])


class RulingForm(OnceForm):
    """Procurement's decision."""

    outcome = RadioField(
        lazy_gettext("Decision"), [Required()], choices=labelled("group_outcome", ("joined", "not_joined"))
    )
    reasons = TextAreaField(lazy_gettext("Reasons of the decision"), [Length(max=5000)])
