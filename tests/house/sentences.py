"""Every sentence that the source says to a caller, found in its syntax; its places are written `{}`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAYING = {"Fault": 1, "CellFault": 1, "fault_at": 1, "refuse": 1, "Note": 1, "Unreadable": 1, "_fault": -1}
Found = dict[str, list[ast.expr]]


def said() -> dict[str, str]:
    """Sentences and where each is said."""
    return {text: str(file.relative_to(ROOT)) for file in _files() for text in _of(_read(file))}


def texts() -> Iterator[str]:
    """Every text of the source, whatever it is for."""
    for file in _files():
        for node in ast.walk(_read(file)):
            if isinstance(node, ast.Constant | ast.JoinedStr):
                yield from _texts(node, {})


def _files() -> list[Path]:
    return [file for room in ("app", "optimizer") for file in sorted((ROOT / room).rglob("*.py"))]


@cache
def _read(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def _of(module: ast.Module) -> Iterator[str]:
    known = _assigned(module.body)
    for scope in ast.walk(module):
        if isinstance(scope, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef):
            names = known | (_assigned(scope.body) if not isinstance(scope, ast.Module) else {})
            for node in _own(scope):
                if isinstance(node, ast.Call) and (argument := _sentence(node)) is not None:
                    yield from _texts(argument, names)


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope that are in no function within it."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
            yield from _own(child)


def _assigned(body: list[ast.stmt]) -> Found:
    """What names stand for; one assigned twice may stand for either."""
    found: Found = {}
    for statement in body:
        for node in ast.walk(statement):
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AnnAssign)
                else []
            )
            for target in targets:
                if (
                    isinstance(target, ast.Name)
                    and isinstance(node, ast.Assign | ast.AnnAssign)
                    and node.value
                ):
                    found.setdefault(target.id, []).append(node.value)
    return found


def _sentence(call: ast.Call) -> ast.expr | None:
    """The argument in which a call says something to a caller."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    place = 0 if name.endswith("Error") and name != "FaultyError" else SAYING.get(name)
    if place is None or len(call.args) <= place:
        return None
    return call.args[place]


def _texts(node: ast.expr, names: Found, depth: int = 0) -> list[str]:
    """The texts that an expression may be; none for one that says what another said."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body, names, depth), *_texts(node.orelse, names, depth)]
    if isinstance(node, ast.Name) and depth < 3:
        return [text for value in names.get(node.id, []) for text in _texts(value, names, depth + 1)]
    if isinstance(node, ast.JoinedStr):
        parts = [[part.value] if isinstance(part, ast.Constant) else ["{}"] for part in node.values]
        return ["".join(str(text) for text in choice) for choice in product(*parts)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [a + b for a in _texts(node.left, names) for b in _texts(node.right, names) or ["{}"]]
    return []
