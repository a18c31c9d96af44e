"""The monitor's figures as charts: what was seen, beside what chance allows. Words here, geometry in web.charts."""

from flask import url_for

from marketplace.use_cases.choice_figures import Table, shares
from marketplace.use_cases.monitor_pages import Monitor
from marketplace.web.charts import BandData, BandRow
from marketplace.web.formats import figure, number, percent
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import ngettext
from marketplace.web.labels import label


def exposure_chart(page: Monitor) -> BandData | None:
    """Each provider's share of what is seen, by its equal share."""
    found = page.figures.exposure
    if found is None or not found.units:
        return None
    units = sorted(found.units, key=lambda one: page.names.get(one.unit, one.unit))
    summary = _("Every provider is where chance may put it.")
    if found.outside:
        outside = ngettext(
            "%(num)d provider is outside its band.", "%(num)d providers are outside their bands.", found.outside
        )
        by_chance = _("So it happens by chance %(share)s of the time.", share=percent(found.outside_by_chance, 1))
        summary = f"{outside} {by_chance}"
    return BandData(
        id="exposure",
        title=_("How much each provider was seen"),
        summary=summary,
        rows=[BandRow(page.names.get(one.unit, one.unit), one.seen.ratio, one.low, one.high) for one in units],
        middle=1.0,
        name_label=_("Provider"),
        value_label=_("Seen, by the equal share"),
        band_label=_("What chance allows"),
        show=figure,
        csv_url=_csv(page, "exposure"),
    )


def first_chart(page: Monitor) -> BandData | None:
    """How often each group came first."""
    if not page.figures.firsts:
        return None
    rows = sorted((", ".join(page.groups.get(one.group, (one.group,))), one) for one in page.figures.firsts)
    flagged = sum(one.flagged for one in page.figures.firsts)
    summary = (
        ngettext("%(num)d group came first too often or too seldom.",
                 "%(num)d groups came first too often or too seldom.", flagged)
        if flagged
        else _("Nobody came first more or less often than chance gives.")
    )  # fmt: skip
    return BandData(
        id="firsts",
        title=_("How often each came first"),
        summary=summary,
        rows=[BandRow(name, one.firsts, one.low, one.high) for name, one in rows],
        name_label=_("Provider, or providers of one group"),
        value_label=_("Times first"),
        band_label=_("What chance allows"),
        show=figure,
        csv_url=_csv(page, "first"),
    )


def effective_chart(page: Monitor) -> BandData | None:
    """How many cards a client really had to choose from."""
    if not page.figures.effective:
        return None
    found = page.figures.effective[0]
    return BandData(
        id="effective",
        title=_("How much there was to choose from"),
        summary=_(
            "The dot is the client in the middle. Eight clients of ten are inside the band. %(num)s choices.",
            num=number(found.choices),
        ),
        rows=[BandRow(label("effective", one.measure), one.middle, one.low, one.high) for one in found.ranges],
        name_label=_("Providers on the client's list"),
        value_label=_("The client in the middle"),
        band_label=_("Eight clients of ten"),
        show=figure,
        csv_url=_csv(page, "effective"),
    )


def share_chart(page: Monitor, table: Table, column: str, title: str) -> BandData | None:
    """A share of the choices, need by need; the band is what chance allows if all needs were alike."""
    found = shares(table, column)
    if found is None or not found[1]:
        return None
    of_all, rows = found
    return BandData(
        id=f"share-{column}",
        title=title,
        summary=_("The line is the share of all needs together. Inside the band chance is reason enough."),
        rows=[BandRow(label("need_category", one.name), one.share, one.low, one.high) for one in rows],
        middle=of_all,
        name_label=_("Need"),
        value_label=_("Share"),
        band_label=_("What chance allows"),
        show=lambda value: percent(round(value, 3)),
        csv_url=_csv(page, "needs"),
    )


def _csv(page: Monitor, what: str) -> str:
    return url_for("admin.monitor_csv", what=what, period=page.code)
