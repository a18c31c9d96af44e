"""The exact stratified test: power where somebody steers, silence where nobody does (fairness C1, C2)."""

from random import Random

from marketplace.matching.statistics.steering import Decided, assisted_against_own, steering


def _market(random: Random, clients: int = 1200, officials: int = 12, steered: float = 0.0) -> list[Decided]:
    """Strata with their own providers and tastes; official c00 sends a share of the clients to one provider."""
    strata = [(service, area) for service in "abcd" for area in "xyz"]
    providers = {stratum: [f"p{random.randrange(40):02d}" for _ in range(12)] for stratum in strata}
    for row in providers.values():
        row[0] = "p99"
    taste = {f"p{n:02d}": random.lognormvariate(0, 0.7) for n in range(100)}
    found = []
    for n in range(clients):
        stratum, who = random.choice(strata), f"c{n % officials:02d}"
        here = providers[stratum]
        chosen = random.choices(here, [taste[one] for one in here])[0]
        if who == "c00" and random.random() < steered:
            chosen = "p99"
        found.append(Decided(stratum, who, chosen))
    return found


def test_nobody_is_flagged_where_nobody_steers() -> None:
    alarms = sum(bool(steering(_market(Random(number))).flags) for number in range(20))
    assert alarms <= 3


def test_the_right_pair_is_flagged_and_no_other() -> None:
    looked = steering(_market(Random(1), steered=0.4))
    assert [(flag.who, flag.provider) for flag in looked.flags] == [("c00", "p99")]
    flag = looked.flags[0]
    assert flag.observed > flag.expected + 10
    assert looked.choices == 1200
    assert looked.pairs > 100


def test_an_official_alone_in_a_stratum_cannot_be_tested() -> None:
    looked = steering([Decided("only", "c00", "p99")] * 50)
    assert (looked.pairs, looked.flags, looked.alone) == (0, (), 50)


def test_what_all_do_alike_shows_against_the_clients_own_choices() -> None:
    random = Random(2)
    market = _market(random)
    choices = []
    for one in market:
        assisted = random.random() < 0.6
        steered = assisted and random.random() < 0.2
        choices.append((one.stratum, assisted, "p99" if steered else one.provider))
    assert [flag.provider for flag in assisted_against_own(choices).flags] == ["p99"]
    assert {flag.who for flag in assisted_against_own(choices).flags} == {"assisted"}
    honest = [(one.stratum, random.random() < 0.6, one.provider) for one in market]
    assert assisted_against_own(honest).flags == ()


def test_nothing_to_look_at_is_not_an_error() -> None:
    assert steering([]).flags == ()
    assert assisted_against_own([]).choices == 0
