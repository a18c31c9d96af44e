"""Invariants of fairness.md B2 that are kept by what the program does not have: columns, actions, imports, defaults."""

import ast
import inspect
import re
from datetime import date
from pathlib import Path
from random import Random

from sqlalchemy import CheckConstraint

import marketplace.matching
from marketplace.access.actions import WHO_MAY, Action
from marketplace.matching.order import Unit, order
from marketplace.matching.registry import Pair, RegistryLine, State, drawn_units, eligible, late_units, rendered
from marketplace.models.competences import CompetenceClaim
from marketplace.models.providers import Approval
from marketplace.models.schema import Base
from marketplace.roles import Role
from marketplace.use_cases.compare_pages import compare_page
from marketplace.use_cases.competences import MOST_CLAIMS
from marketplace.use_cases.provider_cards import SORTS, Card, Wishes, fitting
from tests.house.access_table import TABLE
from tests.matching.logs import KEY, RANDOMNESS

CASES = 10_000
TODAY = date(2026, 11, 16)
HERE = Pair("valmennus", "kuopio")
BOUGHT = re.compile(r"featured|sponsor|promot|boost|premium|advert|_ad_|visibility|highlight|pinned|priority|ranking")
STEERED = re.compile(r"pin_|unpin|hide|boost|shortlist|preselect|reorder|recommend|favou?rite|promote|assign_provider")
OUTCOMES = re.compile(r"outcome|result|success|rating|review|stars|score")


def card(random: Random, number: int) -> Card:
    """A card with random facts; nothing of them but its unit may decide where it stands."""
    return Card(
        provider_id=number, approval_id=number, unit=f"u{number}", name=random.choice(["AAA", "Öljy", "!!!", ""]),
        own_words="valmennus työ " * random.randrange(21), way_of_work=random.choice(["individual", "group", "both"]),
        municipalities=random.sample(["Kuopio", "Siilinjärvi"], random.randrange(3)),
        languages=random.sample(["fi", "sv", "ar"], random.randrange(4)), accessible=random.choice(["yes", "some", "no"]),
        free_places=random.choice([None, 0, 9]), next_start=None, as_of=random.choice([None, TODAY]),
        paused=random.random() < 0.2,
        competences=[{"code": f"c{n}"} for n in range(random.randrange(4))],
    )  # fmt: skip


def columns() -> list[str]:
    return [f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.columns]


def test_invariants_03_15_16_no_fact_and_no_word_of_a_card_moves_it() -> None:
    """However long the words, full the house or fine the name: without the client's own sort, cards stand as drawn."""
    random = Random(3)
    for _ in range(CASES):
        cards = [card(random, number) for number in random.sample(range(99), random.randrange(9))]
        assert fitting(cards, Wishes(), TODAY) == cards
        changed = [each._replace(**card(random, 0)._replace(unit=each.unit)._asdict()) for each in cards]
        assert [each.unit for each in fitting(changed, Wishes(), TODAY)] == [each.unit for each in cards]


def test_invariant_04_no_column_could_hold_a_bought_place() -> None:
    assert len(columns()) > 400
    assert [name for name in columns() if BOUGHT.search(name)] == []


def test_invariant_04_the_rooms_of_the_draw_import_nothing_but_themselves() -> None:
    """Nothing of money, of people or of a database can reach who is drawn and how."""
    folder = Path(marketplace.matching.__file__).parent
    for name in ("order", "registry", "canonical", "lines", "check_code"):
        tree = ast.parse((folder / f"{name}.py").read_text())
        imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        own = {one for one in imported if one.startswith("marketplace")}
        assert all(one.startswith("marketplace.matching.") and "statistics" not in one for one in own), name
        assert not {one.split(".")[0] for one in imported - own} & {"sqlalchemy", "flask", "random", "os", "time"}, name


def test_invariant_05_no_role_can_order_or_choose_for_a_client() -> None:
    """Choosing, refusing and filtering are the client's alone; no action, address or column lets another do it."""
    for action in (Action.COMPARE_PROVIDERS, Action.CHOOSE_PROVIDER, Action.REFUSE_VOUCHER):
        assert WHO_MAY[action] == {Role.CLIENT}, action
    assert [str(action) for action in Action if STEERED.search(str(action).lower())] == []
    assert [endpoint for endpoint in TABLE if STEERED.search(endpoint)] == []
    assert [name for name in columns() if STEERED.search(name)] == []
    for endpoint in ("compare", "compare_side", "choose", "choose_now", "refuse_now"):
        assert TABLE[f"portal_client.{endpoint}"].roles == {Role.CLIENT}


def test_invariant_05_hiding_is_a_suspension_in_the_log() -> None:
    """`rendered` leaves out exactly those whose latest line does not approve them, and has no other ground."""
    assert list(inspect.signature(rendered).parameters) == ["order", "lines", "pair"]


def test_invariant_13_everyone_who_is_eligible_is_shown_however_many_there_are() -> None:
    random = Random(13)
    for count in (0, 1, 99, 100, 101, 1_000):
        history = [
            RegistryLine(2 * seq, f"u{seq}", f"g{random.randrange(1 + count // 2)}", frozenset({HERE}), State.APPROVED)
            for seq in range(1, count + 1)
        ]
        half = 2 * (count // 2) + 1  # the list's own line: half of them were approved before it
        drawn, late = drawn_units(history, HERE, half), late_units(history, HERE, half)
        shown = rendered(order(KEY, RANDOMNESS, 1, HERE.service, drawn, late), history, HERE)
        assert sorted(shown) == sorted(unit.unit for unit in eligible(history, HERE))
        assert len(shown) == count


def test_invariant_14_filters_are_empty_at_first_and_know_no_client() -> None:
    """The page's default is the empty wish; a wish has no field of the case file, and the case file has none of a wish."""
    assert not Wishes().narrow
    assert Wishes().said() == {}
    assert inspect.signature(compare_page).parameters["wishes"].default == Wishes()
    wished = set(Wishes.__dataclass_fields__)
    assert wished == {"municipalities", "languages", "ways", "competences", "soon", "taking", "accessible", "sort"}
    tables = Base.metadata.tables
    for table in ("client", "need", "voucher"):
        assert not {column.name for column in tables[table].columns} & (wished - {"municipalities"}), table


def test_invariant_16_the_same_fields_and_limits_for_everyone() -> None:
    random = Random(16)
    assert {tuple(card(random, number).said()) for number in range(200)} == {tuple(card(random, 0).said())}
    limits = {str(one.name) for one in Base.metadata.tables["provider"].constraints if isinstance(one, CheckConstraint)}
    assert any("own_words_length" in name for name in limits)


def test_invariant_17_three_words_each_with_dated_evidence() -> None:
    assert MOST_CLAIMS == 3
    claim = CompetenceClaim.__table__.columns
    assert not claim["evidence"].nullable
    assert not claim["evidence_on"].nullable


def test_invariant_18_no_outcome_figure_in_the_default_order() -> None:
    assert [name for name in Card._fields if OUTCOMES.search(name)] == []
    assert SORTS == ("start",)
    assert Wishes().sort == ""
    assert [column.name for column in Approval.__table__.columns if OUTCOMES.search(column.name)] == []
    assert list(inspect.signature(order).parameters)[-2:] == ["drawn", "late"]
    assert Unit._fields == ("unit", "group")
