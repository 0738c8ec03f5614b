"""From a file of another tool's curves to channels of a plan: the same for the API and the command line."""

from __future__ import annotations

from app.curves.files import CurveFile, read_curves
from app.curves.schemas import CurvePoints, CurvesImported, ImportedChannel
from app.dependencies import Language
from optimizer import GivenPoints, Period

SOURCES = {
    "meridian": "Meridian",
    "robyn": "Robyn",
    "pymc_marketing": "PyMC-Marketing",
}
READ: dict[Language, str] = {
    "en": "Read as an export of {tool}: its {days:g} days are brought to the {month_days} of {month}.",
    "zh": "按{tool}的导出文件读取：其花费对应{days:g}天，已换算到{month}的{month_days}天。",
}
ASSUMED: dict[Language, str] = {
    "en": "Nobody said how many days the file's spend covers; if it is not {days:g}, give `days`.",
    "zh": "未说明文件中的花费对应多少天；若不是{days:g}天，请给出 days。",
}


def imported(
    data: bytes, filename: str, month: Period, days: float | None, language: Language
) -> CurvesImported:
    """The curves of a file for the month; raises `InputError` where it cannot be used."""
    read = read_curves(data, filename, month, days)
    return CurvesImported(
        month=month,
        source=read.source,
        days=read.days,
        notes=_notes(read, month, language),
        channels=[
            ImportedChannel(id=channel, curve=CurvePoints(points=_listed(curve)))
            for channel, curve in read.curves.items()
        ],
    )


def _notes(read: CurveFile, month: Period, language: Language) -> list[str]:
    facts = {"days": read.days, "month": month, "month_days": month.days}
    tool = SOURCES.get(read.source)
    notes = [READ[language].format(tool=tool, **facts)] if tool else []
    return [*notes, ASSUMED[language].format(**facts)] if read.is_assumed else notes


def _listed(curve: GivenPoints) -> list[list[float]]:
    """Points to the cent, with their ranges where there are any; a range always holds its response."""
    if not curve.ranges:
        return [[round(x, 2) for x in point] for point in curve.points]
    return [
        [round(x, 2) for x in (*point, *sides)]
        for point, sides in zip(curve.points, curve.ranges, strict=True)
    ]
