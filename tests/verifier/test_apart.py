"""The second verifier keeps its promises about itself: one readable file, the standard library, Python 3.8."""

import ast
import sys

from tests.verifier.second import PLACE

SOURCE = PLACE.read_text("utf-8")
TREE = ast.parse(SOURCE, feature_version=(3, 8))


def test_it_imports_nothing_but_the_standard_library() -> None:
    names = {alias.name for node in ast.walk(TREE) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(TREE) if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names
    assert not names & {"subprocess", "socket", "urllib", "os", "importlib"}, "it reads one file and nothing else"


def test_an_auditor_can_read_it_in_one_sitting() -> None:
    assert SOURCE.count("\n") < 400
    functions = [node for node in ast.walk(TREE) if isinstance(node, ast.FunctionDef)]
    assert all((node.end_lineno or 0) - node.lineno < 50 for node in functions)


def test_new_types_stand_only_where_old_pythons_do_not_look() -> None:
    """`list[str]` and `X | None` fail in 3.8 when they are evaluated; as annotations they are not."""
    annotations = {
        id(part)
        for node in ast.walk(TREE)
        for found in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if isinstance(found, ast.AST)
        for part in ast.walk(found)
    }
    generics = [
        node
        for node in ast.walk(TREE)
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id in {"list", "dict", "tuple", "set"}
    ]
    assert generics
    assert all(id(node) in annotations for node in generics)
    assert any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in TREE.body)
