"""Every word that a person reads is there in Finnish, Swedish and English; the legal texts and letters are whole."""

from pathlib import Path

import pytest

from marketplace.web import catalogues
from marketplace.web.i18n import LANGUAGES
from tests.house.sources import ROOT

TEMPLATES = ROOT / "marketplace" / "web" / "templates"


def test_the_catalogues_are_whole() -> None:
    problems = catalogues.check()
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize("folder", ["decisions", "appeals", "notices"])
def test_each_legal_text_and_letter_is_there_in_each_language(folder: str) -> None:
    by_language: dict[str, set[Path]] = {
        language: {
            path.relative_to(TEMPLATES / folder / language) for path in (TEMPLATES / folder / language).rglob("*.*")
        }
        for language in LANGUAGES
    }
    everything = set().union(*by_language.values())
    assert everything
    missing = [f"{language}/{name}" for language, names in by_language.items() for name in sorted(everything - names)]
    assert not missing
