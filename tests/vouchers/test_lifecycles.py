"""Life cycles: every state x move x role against a table written by hand, and the soundness of the machinery."""

from itertools import product
from pathlib import Path

import pytest

from marketplace.roles import Role
from marketplace.vouchers.cycles import CYCLES
from marketplace.vouchers.diagram import page
from marketplace.vouchers.lifecycle import SAME, LifeCycle, Move, MoveRefused, next_state, possible_moves

# life cycle | from | move | to | by. Written apart from the tables of the code: one typing slip does not pass twice.
EXPECTED = """
voucher      | granted                            | choose             | chosen         | client
voucher      | chosen                             | confirm            | active         | provider
voucher      | chosen                             | decline            | granted        | provider
voucher      | chosen active                      | release            | granted        | client system
voucher      | granted chosen active              | refuse             | refused        | client
voucher      | granted chosen active              | extend             | =              | caseworker
voucher      | granted chosen active              | revoke             | revoked        | caseworker
voucher      | granted chosen active              | end                | ended          | caseworker
voucher      | granted chosen active              | expire             | expired        | system
voucher      | refused revoked ended expired      | close              | closed         | system
choice       | proposed                           | confirm            | confirmed      | provider
choice       | proposed                           | decline            | declined       | provider
choice       | proposed confirmed                 | release            | released       | client system
choice       | proposed confirmed                 | end                | ended          | system
proposal     | waiting                            | confirm            | confirmed      | client
proposal     | waiting                            | drop               | dropped        | client
proposal     | waiting                            | replace            | replaced       | caseworker
proposal     | waiting                            | lapse              | lapsed         | system
application  | draft info_requested               | submit             | submitted      | provider_manager
application  | submitted                          | ask                | info_requested | procurement
application  | submitted                          | approve            | approved       | procurement
application  | submitted                          | reject             | rejected       | procurement
application  | draft submitted info_requested     | withdraw           | withdrawn      | provider_manager
approval     | approved                           | suspend            | suspended      | procurement system
approval     | suspended                          | restore            | approved       | procurement
approval     | approved suspended                 | end                | ended          | procurement provider_manager system
event        | recorded                           | object             | objected       | client
event        | objected                           | dismiss            | recorded       | caseworker
event        | objected                           | withdraw_objection | recorded       | client
event        | objected                           | uphold             | reversed       | caseworker
event        | recorded objected                  | reverse            | reversed       | provider
objection    | open                               | answer             | answered       | provider
objection    | open answered                      | uphold             | upheld         | caseworker
objection    | open answered                      | dismiss            | dismissed      | caseworker
objection    | open answered                      | withdraw           | withdrawn      | client
objection    | open answered                      | close              | upheld         | system
outcome      | reported                           | verify             | verified       | caseworker
outcome      | reported                           | reject             | rejected       | caseworker
outcome      | reported                           | withdraw           | withdrawn      | provider
outcome      | verified                           | end                | ended          | provider caseworker
milestone    | waiting                            | mature             | matured        | system caseworker
milestone    | waiting                            | break              | broken         | system caseworker
milestone    | matured                            | bill               | billed         | system
milestone    | billed                             | unbill             | matured        | system
milestone    | matured billed                     | claw_back          | clawed_back    | caseworker
invoice_line | new                                | pass               | passed         | system
invoice_line | new                                | bounce_back        | returned       | system
invoice_line | passed                             | send_back          | returned       | finance
invoice_line | passed approved bank_returned      | withdraw           | returned       | system
invoice_line | passed                             | approve            | approved       | finance
invoice_line | approved bank_returned             | batch              | in_batch       | finance
invoice_line | in_batch                           | unbatch            | approved       | finance
invoice_line | in_batch                           | send               | sent           | finance system
invoice_line | sent                               | confirm            | paid           | finance system
invoice_line | sent paid                          | bank_return        | bank_returned  | finance system
batch        | draft                              | approve            | approved       | finance
batch        | approved                           | send               | sent           | finance
batch        | sent                               | acknowledge        | acknowledged   | system
batch        | sent acknowledged                  | confirm            | confirmed      | finance system
batch        | draft approved                     | cancel             | cancelled      | finance
terms        | draft                              | submit             | submitted      | procurement
terms        | submitted                          | publish            | published      | approver
terms        | submitted                          | send_back          | draft          | approver
programme    | draft                              | submit             | submitted      | procurement
programme    | submitted                          | publish            | published      | approver
programme    | submitted                          | send_back          | draft          | approver
"""

Key = tuple[str, str, str, Role]


def allowed() -> dict[Key, str]:
    found: dict[Key, str] = {}
    for line in EXPECTED.strip().splitlines():
        cycle, sources, move, target, by = (cell.strip() for cell in line.split("|"))
        roles = by.replace("provider ", "provider_manager provider_coach ").split()
        roles = ["provider_manager", "provider_coach"] if roles == ["provider"] else roles
        for source, role in product(sources.split(), roles):
            found[cycle, source, move, Role(role)] = source if target == "=" else target
    return found


ALLOWED = allowed()
ALL_MOVES = sorted({move.name for cycle in CYCLES.values() for move in cycle.moves} | {"nonsense"})


@pytest.mark.parametrize("cycle", CYCLES.values(), ids=CYCLES)
def test_every_state_move_and_role(cycle: LifeCycle) -> None:
    known = {move for name, _, move, _ in ALLOWED if name == cycle.name}
    makers = {(move, role) for name, _, move, role in ALLOWED if name == cycle.name}
    for state, move, role in product(cycle.states, ALL_MOVES, Role):
        target = ALLOWED.get((cycle.name, state, move, role))
        if target is not None:
            assert next_state(cycle, state, move, role) == target
            continue
        with pytest.raises(MoveRefused) as refused:
            next_state(cycle, state, move, role)
        expected = "unknown_move" if move not in known else "wrong_state" if (move, role) in makers else "wrong_role"
        assert (refused.value.reason, refused.value.state, refused.value.move) == (expected, state, move)
        assert refused.value.role is role
        assert refused.value.cycle == cycle.name


@pytest.mark.parametrize("cycle", CYCLES.values(), ids=CYCLES)
def test_the_buttons_of_a_page_are_the_moves_that_go_through(cycle: LifeCycle) -> None:
    for state, role in product(cycle.states, Role):
        shown = {move.name for move in possible_moves(cycle, state, role)}
        assert shown == {m for name, source, m, who in ALLOWED if (name, source, who) == (cycle.name, state, role)}


def test_the_tables_start_where_they_should() -> None:
    starts = {name: cycle.initial for name, cycle in CYCLES.items()}
    assert starts == {
        "voucher": "granted",
        "choice": "proposed",
        "proposal": "waiting",
        "application": "draft",
        "approval": "approved",
        "event": "recorded",
        "objection": "open",
        "outcome": "reported",
        "milestone": "waiting",
        "invoice_line": "new",
        "batch": "draft",
        "terms": "draft",
        "programme": "draft",
    }


def test_people_decide() -> None:
    """The system alone never approves, rejects, grants, claws back or settles (A3 of the rule catalogue)."""
    for cycle in CYCLES.values():
        for move in cycle.moves:
            if Role.SYSTEM in move.by:
                assert move.name not in {"approve", "reject", "verify", "uphold", "dismiss", "claw_back", "revoke"}


def test_every_move_says_what_it_means() -> None:
    assert all(cycle.about and all(move.meaning for move in cycle.moves) for cycle in CYCLES.values())


def test_a_state_from_elsewhere_is_a_mistake_of_ours_and_not_a_refusal() -> None:
    with pytest.raises(ValueError, match="has no state"):
        next_state(CYCLES["voucher"], "draft", "choose", Role.CLIENT)


def move(name: str, sources: set[str], target: str, by: frozenset[Role] = frozenset({Role.CLIENT})) -> Move:
    return Move(name, by, frozenset(sources), target)


@pytest.mark.parametrize(
    ("moves", "terminal", "complaint"),
    [
        ([move("go", {"a"}, "b")], {"b"}, "c cannot be reached"),
        ([move("go", {"a"}, "b"), move("on", {"b"}, "d")], {"c"}, "d is not a state"),
        ([move("go", {"a"}, "b"), move("go", {"b"}, "c")], {"c"}, "go is there twice"),
        ([move("go", {"a"}, "b"), move("on", {"b"}, "c")], set(), "c is a dead end"),
        ([move("go", {"a"}, "b"), move("on", {"b"}, "c"), move("up", {"c"}, SAME)], {"c"}, "an end that can be left"),
        ([move("go", {"a"}, "b"), move("on", {"b"}, "c"), move("up", {"c"}, SAME)], set(), "c is a dead end"),
        ([move("go", {"a"}, "b"), move("on", {"b"}, "c"), move("up", set(), "c")], {"c"}, "up needs a source"),
        ([move("go", {"a"}, "b"), move("on", {"b"}, "c", frozenset())], {"c"}, "on needs a source and a role"),
    ],
)
def test_an_unsound_table_is_refused(moves: list[Move], terminal: set[str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        LifeCycle("trial", ("a", "b", "c"), "a", frozenset(terminal), tuple(moves))


def test_an_island_of_states_is_found() -> None:
    island = (move("go", {"a"}, "b"), move("row", {"c"}, "d"), move("back", {"d"}, "c"))
    with pytest.raises(ValueError, match="c cannot be reached; d cannot be reached"):
        LifeCycle("trial", ("a", "b", "c", "d"), "a", frozenset({"b"}), island)


def test_no_state_is_called_same_and_the_start_is_a_state() -> None:
    with pytest.raises(ValueError, match="no state may be called same"):
        LifeCycle("trial", ("a", SAME), "a", frozenset({SAME}), (move("go", {"a"}, SAME),))
    with pytest.raises(ValueError, match="z is not a state"):
        LifeCycle("trial", ("a", "b"), "z", frozenset({"b"}), (move("go", {"a"}, "b"),))


def test_the_page_of_life_cycles_is_fresh() -> None:
    written = Path(__file__).parents[2] / "docs" / "lifecycles.md"
    assert written.read_text(encoding="utf-8") == page(), "python -m marketplace.vouchers.diagram > docs/lifecycles.md"
