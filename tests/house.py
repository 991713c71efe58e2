"""The source of the house, read as text and as syntax."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ("casework", "config", "local")
EVERYTHING = (*CODE, "tests")


def files(*folders: str) -> list[Path]:
    """Python files, except migrations, which Django wrote."""
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def rooms() -> list[str]:
    return sorted(path.parent.name for path in (ROOT / "casework").glob("*/__init__.py"))


@cache
def floor_of() -> dict[str, int]:
    """Each room and module of the house with its floor; imports and foreign keys point down."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["id"] == "rooms"]
    return {
        name.strip(" ()"): height
        for height, layer in enumerate(reversed(layers))
        for name in layer.split("|")
    }


def walk(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in walk(path) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imported(node: ast.AST) -> list[str]:
    """The modules an import statement names, and what it takes from them."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def taken(path: Path) -> set[tuple[str, str]]:
    """What a module takes from the operations of rooms: ("housing", "close_unit"), by whichever name."""
    found, rooms = set(), {}
    for node in walk(path):
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        _, _, of_room = node.module.partition("casework.")
        for alias in node.names:
            if of_room.partition(".")[2].startswith("operations"):
                found.add((of_room.partition(".")[0], alias.name))
            elif alias.name == "operations":
                rooms[alias.asname or alias.name] = of_room
    for node in walk(path):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in rooms:
            found.add((rooms[node.value.id], node.attr))
    return found


def where(path: Path, node: ast.stmt | ast.expr | None = None) -> str:
    return f"{path.relative_to(ROOT)}{f':{node.lineno}' if node else ''}"
