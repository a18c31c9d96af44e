"""The forms of price rows, multipliers and classes of need."""

from typing import Any

from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import Optional

from marketplace.use_cases.price_pages import PriceChoices
from marketplace.use_cases.write_prices import MultiplierDraft, PriceDraft
from marketplace.web.forms import (
    DayField,
    Form,
    LocalizedTextField,
    MoneyField,
    OnceForm,
    QuantityField,
    Required,
    choices,
    labelled,
)
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import in_language, lazy_gettext

KINDS = ("fixed", "free", "ceiling", "markup")


class _ScopeForm(OnceForm):
    """Where and from when a row holds; what is left open is "every"."""

    need_class = SelectField(lazy_gettext("Class of need"))
    area = SelectField(lazy_gettext("Area"))
    band = SelectField(lazy_gettext("Time"))
    valid_from = DayField(lazy_gettext("Starts on"))

    def offer(self, offered: PriceChoices) -> Any:
        """Give the boxes what they choose from."""
        self.need_class.choices = choices(
            [("", _("Every class")), *((code, in_language(name)) for code, name in offered.classes)]
        )
        self.area.choices = choices(
            [("", _("Every area")), *((str(area_id), in_language(name)) for area_id, name in offered.areas)]
        )
        return self

    def scope(self) -> dict[str, Any]:
        return {
            "need_class": self.need_class.data or None,
            "area_id": int(self.area.data) if self.area.data else None,
            "band": self.band.data or None,
            "valid_from": self["valid_from"].data,
            "once": self.once.data,
        }


class PriceForm(_ScopeForm):
    """One price row."""

    kind = RadioField(
        lazy_gettext("Who says the price?"), [Required()], choices=labelled("price_kind", KINDS), default="fixed"
    )
    value = MoneyField(lazy_gettext("The organiser pays for one unit, VAT included"), [Required()])
    cap = MoneyField(lazy_gettext("Limit in euros"))
    cap_percent = IntegerField(lazy_gettext("Limit in per cent"), [Optional()])

    def offer(self, offered: PriceChoices) -> Any:
        self.band.choices = labelled("band", offered.bands, _("Any time"))
        return super().offer(offered)

    def draft(self) -> PriceDraft:
        """The values, of a form that is valid so far."""
        return PriceDraft(
            kind=self.kind.data, value_cents=self["value"].data, cap_cents=self["cap"].data,
            cap_percent=self.cap_percent.data, **self.scope(),
        )  # fmt: skip


class MultiplierForm(_ScopeForm):
    """One multiplier."""

    factor = QuantityField(lazy_gettext("Multiplier"), [Required()])

    def offer(self, offered: PriceChoices) -> Any:
        self.band.choices = labelled("band", offered.multiplied)
        return super().offer(offered)

    def draft(self) -> MultiplierDraft:
        """The values, of a form that is valid so far. A multiplier of 1.15 is 115 per cent."""
        return MultiplierDraft(percent=self["factor"].data, **self.scope())


class NeedClassForm(OnceForm):
    """The name of a class of need."""

    name = LocalizedTextField(lazy_gettext("Name of the class"))


class PreviewForm(Form):
    """Whom the example is worked out for; read from the address."""

    need_class = SelectField(lazy_gettext("Class of need"))
    area = SelectField(lazy_gettext("Area"))
    day = DayField(lazy_gettext("Granted on"))


def price_values(draft: PriceDraft) -> dict[str, Any]:
    """A row's values by the names of the form's fields."""
    return {
        "kind": draft.kind, "value": draft.value_cents, "cap": draft.cap_cents, "cap_percent": draft.cap_percent,
        **_scope_values(draft),
    }  # fmt: skip


def multiplier_values(draft: MultiplierDraft) -> dict[str, Any]:
    """A multiplier's values by the names of the form's fields."""
    return {"factor": draft.percent, **_scope_values(draft)}


def _scope_values(draft: PriceDraft | MultiplierDraft) -> dict[str, Any]:
    return {
        "need_class": draft.need_class or "",
        "area": str(draft.area_id) if draft.area_id else "",
        "band": draft.band or "",
        "valid_from": draft.valid_from,
    }
