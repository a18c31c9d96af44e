"""The long check's pieces start and agree with known values; `make fairness` runs it whole."""

import pytest

from tests.fairness.__main__ import main
from tests.fairness.chi_square import chi_square_p


def test_chi_square_has_its_known_values() -> None:
    assert chi_square_p(67.505, 50) == pytest.approx(0.05, abs=0.0005)
    assert chi_square_p(50, 50) == pytest.approx(0.473, abs=0.002)
    assert chi_square_p(86.661, 50) == pytest.approx(0.001, abs=0.00005)


def test_a_short_run_lets_the_draw_through_and_stops_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lists", "200"]) == 0
    said = capsys.readouterr().out
    assert said.count("MISSED") >= 8
    assert "All as it must be" in said
