"""The tables of inputs about channels, the past, and events; and all tables there are."""

from __future__ import annotations

from app.sheets.workbook.fields import Field, Table, Text
from app.sheets.workbook.limits import LIMITS
from app.sheets.workbook.rules import COUNTS, GROUPS, KINDS, MORE, ROLES, YES_NO

FAMILIES = {
    name: Text(name, name)
    for name in ("hill", "michaelis_menten", "log", "power", "exponential", "tanh", "logistic")
}
CHANNELS = Table(
    "channels",
    "channels",
    Text("Channels and their limits", "渠道及其限制"),
    (
        Field(
            "id",
            Text("Channel", "渠道"),
            "text",
            Text("As the history calls it.", "与历史数据中的名称一致。"),
            is_required=True,
        ),
        Field(
            "name",
            Text("Shown as", "显示名称"),
            "text",
            Text("Blank: as it is called.", "留空即与渠道相同。"),
        ),
        Field("role", Text("Role", "角色"), "choice", choices=ROLES),
        Field("kind", Text("Kind", "类型"), "choice", choices=KINDS),
        Field(
            "last_spend",
            Text("Last month's spend", "上月花费"),
            "money",
            Text("Only when the history does not tell it.", "仅在历史数据没有时填写。"),
        ),
        Field("min_spend", Text("At least", "下限"), "money", Text("For the month.", "当月金额。")),
        Field("max_spend", Text("At most", "上限"), "money", Text("For the month.", "当月金额。")),
        Field(
            "fixed_spend",
            Text("Exactly", "固定"),
            "money",
            Text("A commitment.", "已承诺的金额。"),
        ),
        Field(
            "min_if_used",
            Text("Nothing, or at least", "不投或至少"),
            "money",
            Text("Too little is of no use.", "太少则无用。"),
        ),
        Field(
            "paused",
            Text("Pause", "暂停"),
            "yes_no",
            Text("Gets nothing this month.", "当月不投。"),
            YES_NO,
        ),
        Field(
            "max_change_share",
            Text("Change at most", "最大变动"),
            "share",
            Text("Up or down on last month.", "与上月相比，增或减。"),
            most=1000.0,
        ),
        Field(
            "margin",
            Text("Margin", "毛利率"),
            "share",
            Text("Of revenue; needed for profit.", "占收入的比例；目标为利润时必填。"),
        ),
        Field(
            "commission_share",
            Text("Commission", "佣金比例"),
            "share",
            Text("Where it is paid a share of what it sells.", "按销售额付佣金的渠道填写。"),
        ),
        Field(
            "expected_revenue",
            Text("Will sell", "预计销售额"),
            "result",
            Text("With a commission; blank: foreseen.", "与佣金比例同填；留空则按历史预计。"),
        ),
        Field(
            "incrementality.value",
            Text("Really caused", "真实增量"),
            "share",
            Text("Of the credited revenue, when you know it.", "占归因收入的比例；已知时填写。"),
            most=10.0,
        ),
        Field("incrementality.low", Text("…at least", "…至少"), "share", most=10.0),
        Field("incrementality.high", Text("…at most", "…至多"), "share", most=10.0),
        Field(
            "curve.family",
            Text("Curve by formula", "公式曲线"),
            "choice",
            Text(
                "A curve you know, by formula or, to the right, by points.",
                "已知曲线：用公式，或在右侧填点。",
            ),
            FAMILIES,
        ),
        Field(
            "curve.scale",
            Text("Scale", "规模"),
            "number",
            Text("In units of the response.", "与成果同单位。"),
        ),
        Field(
            "curve.half_saturation",
            Text("Half-saturation", "半饱和点"),
            "number",
            Text("A month's spend.", "月花费。"),
        ),
        Field("curve.shape", Text("Shape", "形状"), "number"),
    ),
    rows=15,
    identity="id",
)
POINTS = Table(
    "points",
    "channels",
    Text("Curves you trust, by points", "已知曲线的点"),
    (
        Field("channel", Text("Curve of", "曲线所属渠道"), "text", is_required=True, names_channel=True),
        Field(
            "spend",
            Text("Spend in the month", "当月花费"),
            "amount",
            Text("At least two points a channel.", "每个渠道至少两个点。"),
            is_required=True,
        ),
        Field("response", Text("brings", "带来成果"), "result", is_required=True),
        Field("low", Text("from", "最低"), "result", Text("9 times in 10.", "九成区间的低端。")),
        Field("high", Text("to", "最高"), "result", Text("9 times in 10.", "九成区间的高端。")),
    ),
    rows=15,
)
MEASURES = (
    Field("revenue", Text("Revenue", "收入"), "result", Text("Credited to the channel.", "归因于该渠道。")),
    Field("conversions", Text("Conversions", "转化数"), "count"),
    Field("new_customers", Text("New customers", "新客数"), "count"),
)
HISTORY = Table(
    "history",
    "history",
    Text("What each channel spent and brought", "各渠道的花费与成果"),
    (
        Field("channel", Text("Channel", "渠道"), "text", is_required=True, names_channel=True),
        Field(
            "period",
            Text("Period", "时间"),
            "period",
            Text("2026-11, 2026-W47, or a day.", "2026-11、2026-W47 或日期。"),
            is_required=True,
        ),
        Field("spend", Text("Spend", "花费"), "amount", is_required=True),
        *MEASURES,
        Field("impressions", Text("Impressions", "曝光"), "count"),
        Field("clicks", Text("Clicks", "点击"), "count"),
    ),
    rows=60,
)
OUTCOMES = Table(
    "outcomes",
    "history",
    Text("What the whole shop made", "全店成果"),
    (
        Field(
            "period",
            Text("Period of the shop", "全店时间"),
            "period",
            Text("When results are not known by channel, or as well.", "没有分渠道成果时，或两者都有时。"),
            is_required=True,
        ),
        Field("revenue", Text("Shop revenue", "全店收入"), "result"),
        Field("conversions", Text("Shop conversions", "全店转化数"), "count"),
        Field("new_customers", Text("Shop new customers", "全店新客数"), "count"),
    ),
    rows=60,
)
EVENTS = Table(
    "events",
    "events",
    Text("Promotions, past and coming", "过去与将来的活动"),
    (
        Field("name", Text("Event", "活动"), "text", is_required=True),
        Field("start", Text("First day", "开始日"), "day", is_required=True),
        Field("end", Text("Last day", "结束日"), "day", is_required=True),
    ),
    rows=30,
)
TESTS = Table(
    "experiments",
    "events",
    Text("Lift tests", "增量测试"),
    (
        Field("channel", Text("Tested channel", "测试渠道"), "text", is_required=True, names_channel=True),
        Field("start", Text("Test begins", "测试开始"), "day", is_required=True),
        Field("end", Text("Test ends", "测试结束"), "day", is_required=True),
        Field("spend_change", Text("Spend changed by", "花费变化"), "result", is_required=True),
        Field("incremental_revenue", Text("Revenue it caused", "增量收入"), "result", is_required=True),
        Field("standard_error", Text("Standard error", "标准误差"), "result", is_required=True),
        Field("name", Text("Name of the test", "测试名称"), "text"),
    ),
    rows=10,
)
TABLES = (GROUPS, COUNTS, LIMITS, MORE, CHANNELS, POINTS, HISTORY, OUTCOMES, EVENTS, TESTS)
