"""Words of a trial of terms on past vouchers."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "provider_size.one": lazy_gettext("One-person company"),
    "provider_size.small": lazy_gettext("Small provider"),
    "provider_size.large": lazy_gettext("Large provider"),
    "provider_size.nobody": lazy_gettext("No provider yet"),
    "client_tier.1": lazy_gettext("Tier 1"),
    "client_tier.2": lazy_gettext("Tier 2"),
    "client_tier.3": lazy_gettext("Tier 3"),
    "trial_why.price": lazy_gettext("another price"),
    "trial_why.event_rules": lazy_gettext("missed or cancelled visits are paid otherwise"),
    "trial_why.size": lazy_gettext("visits that the voucher's size does not cover"),
    "trial_why.bonus_amount": lazy_gettext("another amount of bonus"),
    "trial_why.bonus_rule": lazy_gettext("other conditions of the bonus"),
    "trial_why.no_price": lazy_gettext("no price for this client"),
}
