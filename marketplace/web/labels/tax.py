"""The words of value added tax: what a supply is, why, and at which rate."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "vat_reason.taxable": lazy_gettext("Taxed: the service is taxable"),
    "vat_reason.no_decision": lazy_gettext("Taxed: the client has no decision for an exempt service"),
    "vat_reason.no_plan": lazy_gettext("Taxed: no plan was made with the client"),
    "vat_reason.not_supervised": lazy_gettext("Taxed: the provider is not in the authorities' register"),
    "vat_reason.no_own_control": lazy_gettext("Taxed: the provider has no own-control plan"),
    "vat_reason.social_welfare": lazy_gettext("Exempt: social welfare (VAT Act 37 §)"),
    "vat_reason.health_care": lazy_gettext("Exempt: health care (VAT Act 34 §)"),
    "vat_reason.small_business": lazy_gettext("No VAT: the provider is not registered for VAT (VAT Act 3 §)"),
    "vat_reason.outside": lazy_gettext("Outside VAT"),
    "vat_basis.taxable": lazy_gettext("Taxable, as coaching for work normally is"),
    "vat_basis.social_welfare": lazy_gettext("Social welfare: exempt when every condition holds (VAT Act 37–38 §)"),
    "vat_basis.health_care": lazy_gettext("Health care: exempt when every condition holds (VAT Act 34–35 §)"),
    "vat_basis.outside": lazy_gettext("Outside VAT: not a sale, for example a grant"),
    "vat_rate.general": lazy_gettext("General rate"),
    "vat_rate.reduced": lazy_gettext("Reduced rate"),
    "vat_rate.lowest": lazy_gettext("Lowest rate"),
    "vat_bonus.as_service": lazy_gettext("As the service that it belongs to"),
    "vat_bonus.outside": lazy_gettext("Outside VAT"),
}
