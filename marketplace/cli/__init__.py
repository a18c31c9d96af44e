"""The command `valinta`. Each module of this folder adds its own words to it by being imported."""

from importlib import import_module
from pkgutil import iter_modules

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="valinta")
def main() -> None:
    """Valinta: service vouchers whose holder chooses, and which anyone can check to have been fair."""


for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
