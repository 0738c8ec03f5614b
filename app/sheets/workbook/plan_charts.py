"""The charts of the plan: spend against last month, where the budget goes, who gets the reserve first."""

from __future__ import annotations

from typing import Any

from app.optimize.replies import PlanReply
from app.sheets.workbook.fields import SHEETS, Text
from app.sheets.workbook.look import SERIES, Look, put

CHART_ROWS = 18
SPEND, LAST = 1, 3
"""Columns of the plan's spend and of last month's."""
MOST_BARS = 15
SAID: dict[str, Text] = {
    "channel": Text("Channel", "渠道"),
    "release": Text("Who gets the reserve first", "释放预留时先投谁"),
    "release_gain": Text("The first 1 brings", "首元带来"),
    "split": Text("Where the budget goes", "预算去向"),
    "against": Text("Spend: plan against last month", "花费：计划与上月"),
}


class PlanCharts:
    """Draws on the sheet of the plan; `head` and `total` are the rows of its headings and of its totals."""

    def __init__(self, look: Look, reply: PlanReply, head: int, total: int) -> None:
        self.look, self.reply, self.head, self.total = look, reply, head, total
        self.language = look.language
        self.title = SHEETS["plan"].of(self.language)
        self.sheet: Any = look.book.get_worksheet_by_name(self.title)

    def _say(self, key: str) -> str:
        return SAID[key].of(self.language)

    def write(self, row: int) -> int:
        """Spend against last month, and where the budget goes; gives the row below them."""
        chart = self.look.book.add_chart({"type": "column"})
        for place, colour in ((SPEND, SERIES["plan"]), (LAST, SERIES["last"])):
            chart.add_series(
                {
                    "name": [self.title, self.head, place],
                    "categories": [self.title, self.head + 1, 0, self.total - 1, 0],
                    "values": [self.title, self.head + 1, place, self.total - 1, place],
                    "fill": {"color": colour},
                    "gap": 80,
                }
            )
        dress(chart, self.look, self._say("against"), self.look.money.split(".")[0])
        chart.set_size({"width": 640, "height": CHART_ROWS * 20 - 10})
        self.sheet.insert_chart(row, 0, chart, {"object_position": 2})
        self._ring(row)
        return row + CHART_ROWS

    def _ring(self, row: int) -> None:
        ring = self.look.book.add_chart({"type": "doughnut"})
        ring.add_series(
            {
                "name": self._say("split"),
                "categories": [self.title, self.total, 0, self.total + 2, 0],
                "values": [self.title, self.total, 1, self.total + 2, 1],
                "points": [{"fill": {"color": SERIES[key]}} for key in ("plan", "reserve", "last")],
                "data_labels": {"percentage": True, "font": {"color": "#FFFFFF", "bold": True}},
            }
        )
        ring.set_title({"name": self._say("split"), "name_font": {"size": 11}, "overlay": False})
        ring.set_hole_size(55)
        ring.set_legend({"position": "right"})
        ring.set_size({"width": 440, "height": CHART_ROWS * 20 - 10})
        self.sheet.insert_chart(row, 6, ring, {"object_position": 2})

    def write_release(self, row: int) -> int:
        """Who gets the reserve first, with what it brings there; gives the row below."""
        order = self.reply.reserve.release_order
        names = {line.channel: line.name for line in self.reply.allocations}
        put(self.sheet, row, 0, self._say("release"), self.look.part())
        put(self.sheet, row + 1, 0, self._say("channel"), self.look.head())
        put(self.sheet, row + 1, 1, self._say("release_gain"), self.look.head())
        ratio = self.look.ratio(self.reply.objective)
        for place, release in enumerate(order, row + 2):
            put(self.sheet, place, 0, names.get(release.channel, release.channel), self.look.result())
            put(self.sheet, place, 1, release.marginal_response, self.look.result(ratio))
        if order:
            self._release_chart(row, min(len(order), MOST_BARS))
        return row + 3 + max(len(order), CHART_ROWS - 4 if order else 0)

    def _release_chart(self, row: int, count: int) -> None:
        chart = self.look.book.add_chart({"type": "bar"})
        chart.add_series(
            {
                "name": self._say("release_gain"),
                "categories": [self.title, row + 2, 0, row + 1 + count, 0],
                "values": [self.title, row + 2, 1, row + 1 + count, 1],
                "fill": {"color": SERIES["reserve"]},
                "gap": 60,
            }
        )
        dress(chart, self.look, self._say("release"), "General")
        font = {"size": 9, "color": "#374151"}
        chart.set_y_axis({"reverse": True, "num_font": font, "line": {"color": "#9CA3AF"}})
        grid = {"visible": True, "line": {"color": "#E5E7EB"}}
        axis = {"min": 0, "num_font": font, "major_gridlines": grid, "line": {"none": True}}
        chart.set_x_axis(axis | {"num_format": self.look.ratio(self.reply.objective)})
        chart.set_legend({"none": True})
        chart.set_size({"width": 640, "height": (CHART_ROWS - 3) * 20})
        self.sheet.insert_chart(row, 3, chart, {"object_position": 2})


def dress(chart: Any, look: Look, title: str, pattern: str) -> None:
    """The house's look for a chart with axes."""
    font = {"size": 9, "color": "#374151"}
    chart.set_title({"name": title, "name_font": {"size": 11, "bold": True}, "overlay": False})
    chart.set_x_axis({"num_font": font, "line": {"color": "#9CA3AF"}})
    grid = {"visible": True, "line": {"color": "#E5E7EB"}}
    chart.set_y_axis(
        {"num_font": font, "num_format": pattern, "major_gridlines": grid, "line": {"none": True}}
    )
    chart.set_legend({"position": "bottom", "font": font})
