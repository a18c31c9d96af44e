"""The form of a provider's own price."""

from wtforms import SelectField

from marketplace.use_cases.tell_price import OwnPriceOrder, OwnPricePackage
from marketplace.web.forms import DayField, MoneyField, OnceForm, Required, choices, labelled
from marketplace.web.i18n import gettext, in_language, lazy_gettext


class OwnPriceForm(OnceForm):
    """What is asked for one unit of one package, from a day on."""

    price = MoneyField(lazy_gettext("Your price for one unit, VAT included"), [Required()])
    valid_from = DayField(lazy_gettext("Starts on"), [Required()])
    need_class = SelectField(lazy_gettext("Class of need"))
    band = SelectField(lazy_gettext("Time"))

    def offer(self, package: OwnPricePackage) -> "OwnPriceForm":
        """Give the boxes what they choose from."""
        classes = [(code, in_language(name)) for code, name in package.classes]
        self.need_class.choices = choices([("", gettext("Every class")), *classes])
        self.band.choices = labelled("band", package.bands, gettext("Any time"))
        return self

    def order(self, package_id: int) -> OwnPriceOrder:
        """The values, of a form that is valid so far."""
        return OwnPriceOrder(
            package_id, self["price"].data, self["valid_from"].data, self.need_class.data or None,
            self.band.data or None, self.once.data,
        )  # fmt: skip
