"""What the one who runs the installation may be refused."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "organiser_exists": lazy_template("There is an organiser with the code %(organiser)s already."),
    "organiser_kind": lazy_template("Choose municipality, employment area or wellbeing county."),
}
