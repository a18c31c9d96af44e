"""Imports point down: the contracts of setup.cfg, and the few things that they cannot say."""

import ast
import subprocess
import sys

from tests.house.sources import ROOT, name_of, sources


def test_the_import_contracts_hold() -> None:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_rules_are_imported_without_a_framework() -> None:
    rooms = ("matching", "pricing", "vouchers", "outcomes", "ledger")
    program = "\n".join(
        [
            "import sys, pkgutil, importlib",
            f"for room in {rooms}:",
            "    package = importlib.import_module('marketplace.' + room)",
            "    for module in pkgutil.iter_modules(package.__path__):",
            "        importlib.import_module(f'marketplace.{room}.{module.name}')",
            "print(sorted({'flask', 'sqlalchemy', 'wtforms', 'stripe', 'psycopg'} & set(sys.modules)))",
        ]
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_commits_happen_at_the_desk_alone() -> None:
    allowed = {"marketplace/use_cases/desk.py", "marketplace/models/migrate.py"}
    found = []
    for path in sources(".py", rooms=("marketplace", "portal_client", "portal_provider", "admin")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("commit", "rollback")
                and name_of(path) not in allowed
            ):
                found.append(f"{name_of(path)}:{node.lineno}")
    assert not found, found
