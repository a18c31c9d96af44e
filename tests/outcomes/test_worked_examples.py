"""Staff's own cases: the rows of tests/worked_examples/*.csv, one row a case, judged by the engine.

`saannot.csv` has the rules, one row a milestone; every other file has cases. Words and days are as staff write them, so
a case can be added without knowing the code. Sources of the rules: domain.md 3.2 (no amount was found for the transition
bonus: the one here is an example), 3.5 and 4.
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from marketplace.outcomes.facts import Case, Job, Judgement, Reason, Shown
from marketplace.outcomes.milestones import judge
from marketplace.pricing.rules import MilestoneRule

PLACE = Path(__file__).parents[1] / "worked_examples"
OWN_GROUP = "Oma konserni"
GRADES = {"rekisteri": "register", "työnantaja": "employer", "asiakas": "client", "tuottaja": "provider"}
WHY = {
    Reason.STARTED_OUTSIDE_VALIDITY: "alku ei ole voimassaoloaikana",
    Reason.EMPLOYER_CHANGED: "työnantaja vaihtui",
    Reason.ENDED_BEFORE: "työ päättyi ennen",
    Reason.CONTRACT_TOO_SHORT: "sopimus on liian lyhyt",
    Reason.TOO_FEW_HOURS: "liian vähän tunteja",
    Reason.PAY_TOO_SMALL: "liian pieni palkka",
    Reason.PREVIOUS_EMPLOYER: "entinen työnantaja",
    Reason.EXCLUDED_EMPLOYER: "tuottajan oma yhtiöryhmä",
    Reason.SUBSIDISED: "palkkatuettu työ ei käy",
    Reason.SHOWN_TOO_LATE: "näyttö tuli liian myöhään",
}

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (PLACE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def day(words: str) -> date | None:
    return datetime.strptime(words, "%d.%m.%Y").date() if words else None


def some_day(words: str) -> date:
    found = day(words)
    assert found is not None, "a day is missing"
    return found


def hundredths(words: str) -> int:
    whole, _, part = (words or "0").partition(",")
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


def yes(words: str) -> bool:
    return {"kyllä": True, "ei": False}[words]


def rule(row: Row) -> MilestoneRule:
    deadline = row["näyttö viimeistään päivää alusta"]
    return MilestoneRule(
        no=int(row["etappi"]),
        days=int(row["päiviä"]),
        amount_cents=hundredths(row["palkkio €"]),
        min_weekly_hours_hundredths=hundredths(row["tunteja viikossa"]),
        employer_change_allowed=yes(row["työnantaja saa vaihtua"]),
        max_gap_days=int(row["sallittu katkos päivinä"]),
        subsidised_counts=yes(row["palkkatuettu työ käy"]),
        min_contract_days=int(row["sopimus vähintään päivää"]),
        min_monthly_pay_cents=hundredths(row["nettopalkka vähintään €/kk"]),
        previous_employer_days=int(row["entinen työnantaja katsotaan päivää taaksepäin"]),
        previous_employer_min_days=int(row["entisessä työssä yli päivää"]),
        start_window_days=int(row["alku vielä päivää voimassaolon jälkeen"]),
        min_grade=GRADES[row["näyttö vähintään"]],
        claim_within_days=int(deadline) if deadline else None,
    )


def case(row: Row) -> Case:
    shown = (Shown(GRADES[row["näytön antaja"]], some_day(row["näyttö asti"]), some_day(row["näyttö nähty"])),)
    job = Job(
        some_day(row["työ alkaa"]),
        day(row["työ päättyy"]),
        hundredths(row["tunteja viikossa"]),
        row["työnantaja"],
        subsidised=yes(row["palkkatuettu"]),
        planned_to=day(row["sovittu päättyväksi"]),
        monthly_pay_cents=hundredths(row["nettopalkka €/kk"]),
        shown=shown,
    )
    others: tuple[Job, ...] = ()
    if row["muu työ alkaa"]:
        other = Job(some_day(row["muu työ alkaa"]), day(row["muu työ päättyy"]), hundredths(row["muun työn tunnit"]),
                    row["muu työnantaja"], shown=shown)  # fmt: skip
        others = (other,)
    first, last = some_day(row["voimassa alkaen"]), some_day(row["voimassa asti"])
    return Case(job, first, last, others, frozenset({OWN_GROUP}))


def said(judgement: Judgement) -> str:
    """A judgement as the expected column writes it."""
    words = f"{judgement.day.day}.{judgement.day.month}.{judgement.day.year}"
    if judgement.state == "matured":
        return f"maksetaan {words}"
    if judgement.state == "broken":
        return f"ei makseta: {WHY[judgement.reason_code]}"
    return "odottaa näyttöä" if judgement.reason_code is Reason.NOT_SHOWN else f"odottaa {words}"


def cases() -> Iterator[Any]:
    for path in sorted(PLACE.glob("*.csv")):
        if path.name != "saannot.csv":
            for row in rows(path.name):
                yield pytest.param(row, id=f"{path.stem}: {row['tapaus']}")


@pytest.mark.parametrize("row", list(cases()))
def test_a_worked_example(row: Row) -> None:
    rules = [rule(one) for one in rows("saannot.csv") if one["sääntö"] == row["sääntö"]]
    assert rules, f"there is no rule {row['sääntö']}"
    today = some_day(row["katsotaan"])
    got = {f"etappi {one.no}": said(judge(one, case(row), today)) for one in rules}
    assert got == {name: row[name] for name in got}


def test_every_file_has_cases() -> None:
    files = {path.stem for path in PLACE.glob("*.csv")}
    assert files >= {"saannot", "avgs", "siirtymapalkkio", "hameenlinna"}
    assert len(list(cases())) >= 30
