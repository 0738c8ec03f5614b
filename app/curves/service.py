"""From a file of another tool's curves to channels of a plan: the same for the API and the command line."""

from __future__ import annotations

from app.curves.files import CurveFile, read_curves
from app.curves.schemas import CurvePoints, CurvesImported, ImportedChannel
from app.dependencies import Language
from app.optimize.replies import WarningRead
from app.optimize.signs import filled
from optimizer import Fall, GivenPoints, Period

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
FALLS: dict[Language, str] = {
    "en": "{channel}: the file's response falls as spend rises: {reached:,.10g} at {spend:,.10g}, but "
    "{least:,.10g} at up to {until:,.10g}. More spend is not taken to bring less, so the curve stays at "
    "{reached:,.10g} there.",
    "zh": "{channel}：文件中花费增加而成果下降：花费{spend:,.10g}时为{reached:,.10g}，到{until:,.10g}之前"
    "最低降至{least:,.10g}。曲线不计入下降，此段按{reached:,.10g}持平。",
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
        warnings=[_falls(channel, fallen, language) for channel, fallen in read.falls.items()],
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


def _falls(channel: str, fallen: Fall, language: Language) -> WarningRead:
    message = filled(FALLS[language], channel=channel, **vars(fallen))
    return WarningRead(code="response_falls", channel=channel, message=message)


def _listed(curve: GivenPoints) -> list[list[float]]:
    """Points to the cent, with their ranges where there are any; a range always holds its response."""
    if not curve.ranges:
        return [[round(x, 2) for x in point] for point in curve.points]
    return [
        [round(x, 2) for x in (*point, *sides)]
        for point, sides in zip(curve.points, curve.ranges, strict=True)
    ]
