"""How long and how much memory hostile and odd files take, each read in a process of its own.

    python -m benchmarks odd_files --files 300

Every file must be read right or refused with its place: in under 2 seconds of work and 300 MB.
"""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Callable, Iterator
from typing import Annotated

import typer

from benchmarks.odd_cases import Case, cases
from benchmarks.reading_apart import Outcome, read_apart
from sample_data import FOLDER
from tests.app.history.odd_files import HEADER, package, rows, sheet, unpacked, workbook

SECONDS, MEGABYTES = 2.0, 300.0
GOOD = [HEADER, ["2026-W02", "a", 1.5, 10], ["2026-W03", "a", 2, 20]]
APART = multiprocessing.get_context("forkserver")


def main(files: Annotated[int, typer.Option(help="How many files.")] = 300) -> None:
    """Read the files one by one, print the worst of them, and fail where one is wrong or breaks a bound."""
    APART.set_forkserver_preload(["benchmarks.reading_apart"])
    results = [(case.name, *measure(case)) for case in _files(files)]
    for name, verdict, seconds, memory in sorted(results, key=lambda result: -result[2])[:12]:
        print(f"{name:32} {verdict[:8]:8} {seconds:6.2f} s {memory:6.0f} MB")
    wrong = [f"{name}: {verdict}" for name, verdict, *_ in results if verdict not in ("read", "refused")]
    slow = [name for name, _, seconds, _ in results if seconds > SECONDS]
    large = [name for name, *_, memory in results if memory > MEGABYTES]
    refused = sum(verdict == "refused" for _, verdict, *_ in results)
    print(f"{len(results)} files: {refused} refused, {len(results) - refused - len(wrong)} read")
    print(f"largest: {max(memory for *_, memory in results):.0f} MB; crashed or read wrongly: {wrong or 0}")
    print(f"over {SECONDS:g} s: {slow or 0}; over {MEGABYTES:g} MB: {large or 0}")
    if wrong or slow or large:
        raise typer.Exit(1)


def measure(case: Case) -> tuple[str, float, float]:
    """Verdict (read, refused, or what went wrong), seconds of work and peak memory (MB) of one file."""
    receiver, sender = APART.Pipe(duplex=False)
    child = APART.Process(target=read_apart, args=(case.data, case.is_workbook, sender))
    child.start()
    sender.close()
    outcome: Outcome | None
    try:
        outcome, seconds, memory = receiver.recv()
    except EOFError:
        outcome, seconds, memory = None, 0.0, 0.0
    child.join()
    return case.judge(outcome) if outcome else "crashed", float(seconds), float(memory)


def _files(count: int) -> Iterator[Case]:
    """Every odd and every hostile file once, then good files with damage, up to this number."""
    known = [*cases(), *(Case(name, make()) for name, make in HOSTILE.items())]
    yield from known
    rng = random.Random(3)
    book, text = (FOLDER / "history.xlsx").read_bytes(), (FOLDER / "history_weekly.csv").read_bytes()
    parts = unpacked(book)
    for number in range(count - len(known)):
        kind = number % 4
        if kind == 0:
            yield Case(f"workbook with damage {number}", _damaged(book, rng))
        elif kind == 1:
            part = rng.choice(list(parts))
            spoilt = package(parts | {part: _damaged(parts[part], rng)})
            yield Case(f"{part} with damage {number}", spoilt)
        elif kind == 2:
            yield Case(f"text with damage {number}", _damaged(text, rng))
        else:
            cut = text[rng.randrange(9000) :][:: rng.choice((1, 1, -1))]
            yield Case(f"text cut and turned {number}", cut)


def _damaged(data: bytes, rng: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(rng.randint(1, 30)):
        damaged[rng.randrange(len(damaged))] = rng.choice((rng.randrange(256), *b'"<>&,;\n'))
    return bytes(damaged)


def _noise(letters: int) -> str:
    """Text that does not pack well."""
    return random.Random(letters).randbytes(letters // 2).hex()


def _long_rows(count: int, width: int) -> str:
    line = "".join(f"<c><v>{i}</v></c>" for i in range(width))
    return "".join(f"<row>{line}</row>" for _ in range(count))


def _many(count: int) -> list[list[object]]:
    return [list(HEADER), *(["2026-W02", f"c{i}", 1, 1] for i in range(count))]


def _merges(count: int) -> str:
    ranges = "".join(f'<mergeCell ref="A{i}:B1048576"/>' for i in range(2, count))
    return f"<mergeCells>{ranges}</mergeCells>"


def _faulty(count: int) -> str:
    """Rows of which every cell is wrong."""
    error = "<c t='e'><v>#N/A</v></c>"
    return rows([HEADER]) + f"<row>{error * 4}</row>" * count


def _texts(count: int, width: int) -> str:
    """Rows of texts that might all be headers."""
    rng = random.Random(2)
    header = "<c t='inlineStr'><is><t>date</t></is></c>"
    lines = (
        "".join(f"<c t='inlineStr'><is><t>花费 {rng.random()} x</t></is></c>" for _ in range(width))
        for _ in range(count)
    )
    return "".join(f"<row>{header}{line}</row>" for line in lines)


def _text(line: str, count: int) -> bytes:
    """A text of history whose lines are all like this one."""
    return ("date,channel,spend\n" + "".join(line.format(i) for i in range(count))).encode()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "zip bomb": lambda: workbook(sheet(rows(GOOD)), parts={"xl/a": bytes(90_000_000)}),
    "far corners": lambda: workbook(
        sheet(rows(GOOD) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    ),
    "a far row": lambda: workbook(sheet(rows(GOOD) + rows([["2026-W04", "a", 1]], first=1048576))),
    "blank cells": lambda: workbook(sheet("<row>" + "<c/>" * 3_000_000 + "</row>")),
    "blank rows": lambda: workbook(sheet(rows(GOOD) + "<row/>" * 1_000_000)),
    "many numbers": lambda: workbook(sheet(_long_rows(5_000, 400))),
    "many columns": lambda: workbook(sheet(_long_rows(10, 16_384))),
    "entities": lambda: workbook(sheet(rows(GOOD), prolog='<!DOCTYPE x [<!ENTITY a "b">]>')),
    "deep": lambda: workbook(sheet("<x>" * 1_000_000)),
    "a long text": lambda: workbook(sheet(rows([HEADER, ["2026-W02", _noise(30_000_000), 1]]))),
    "long texts": lambda: workbook(sheet(rows([[_noise(30_000) + str(i), "x"] for i in range(300)]))),
    "a thousand sheets": lambda: workbook({f"s{i}": sheet(rows(GOOD)) for i in range(1000)}),
    "texts for headers": lambda: workbook(sheet(_texts(60, 400))),
    "many merges": lambda: workbook(sheet(rows(_many(20_000)), after=_merges(20_000))),
    "all faults": lambda: workbook(sheet(_faulty(60_000))),
    "not a row": lambda: workbook(sheet('<row r="-1"/>')),
    "no parts": lambda: package({}),
    "a zip of zips": lambda: package({"xl/a.zip": package({"xl/b": bytes(1000)})}),
    "an encrypted workbook": lambda: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le") * 9000,
    "an old workbook": lambda: b"\xd0\xcf\x11\xe0" + bytes(1_000_000),
    "text: one quote": lambda: b'date,channel,spend\n"' + b"2026-W01,a,1\n" * 1_000_000,
    "text: one line": lambda: b"a," * 9_000_000,
    "text: one cell": lambda: b"a" * 19_000_000,
    "text: bytes": lambda: random.Random(1).randbytes(15_000_000),
    "text: nothing but lines": lambda: b"\n" * 19_000_000,
    "text: too large": lambda: b"x" * 21_000_000,
    "text: no amounts": lambda: _text("2026-W01,抖音,一\n", 200_000),
    "text: no dates": lambda: _text("- - - - - - - - - - - - - - - - - {},a,1\n", 100_000),
    "text: one row again and again": lambda: _text("2026-W01,a,1\n", 200_000),
}
