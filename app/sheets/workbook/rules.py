"""The inputs of 'Budget and rules': the month, the reserve, targets, groups, and whatever else there is."""

from __future__ import annotations

from app.sheets.workbook.fields import Field, Table, Text

OBJECTIVES = {
    "revenue": Text("Revenue", "收入"),
    "profit": Text("Profit", "利润"),
    "conversions": Text("Conversions", "转化数"),
    "new_customers": Text("New customers", "新客数"),
    "lifetime_value": Text("Lifetime value", "长期价值"),
    "scorecard": Text("Scorecard", "综合评分"),
}
YES_NO = {"yes": Text("Yes", "是"), "no": Text("No", "否")}
ROLES = {"core": Text("Core", "核心"), "supporting": Text("Supporting", "辅助")}
KINDS = {
    "owned": Text("Owned", "自有"),
    "third_party": Text("Third party", "第三方"),
    "affiliate": Text("Affiliate", "联盟"),
}
MEASURES = {"expected": Text("What is expected", "预期成果"), "cvar": Text("The bad case", "不利情形")}
NO_FESTIVALS = Text("none", "无")

SETTINGS: dict[Text, tuple[Field, ...]] = {
    Text("The month", "计划"): (
        Field(
            "month",
            Text("Month to plan", "计划月份"),
            "month",
            Text("Such as 2026-12.", "例如 2026-12。"),
            is_required=True,
        ),
        Field(
            "budget",
            Text("Budget", "预算"),
            "money",
            Text("What may be spent in the month, the reserve included.", "当月可支配的全部金额，包括预留。"),
            is_required=True,
        ),
        Field(
            "currency",
            Text("Currency", "币种"),
            "currency",
            Text("Three letters (ISO 4217).", "三个字母（ISO 4217），如 CNY。"),
        ),
        Field(
            "objective",
            Text("What counts", "目标"),
            "choice",
            Text("Profit needs each channel's margin.", "选利润时，每个渠道须填毛利率。"),
            OBJECTIVES,
        ),
        Field(
            "country",
            Text("Festivals of", "节日所属国家"),
            "country",
            Text(
                "Two letters (ISO 3166), or 'none'. Blank: the currency's country.",
                "两个字母（ISO 3166），或“无”。留空即币种所属国家。",
            ),
        ),
        Field(
            "round_to",
            Text("Round spends to", "金额取整到"),
            "money",
            Text("Such as 100. Blank: to the cent.", "例如 100。留空即精确到分。"),
        ),
        Field(
            "from_day",
            Text("Only from this day on", "仅规划自此日起"),
            "day",
            Text("For a month that has begun. Blank: all of it.", "当月已开始时填写。留空即整月。"),
        ),
    ),
    Text("The reserve", "预留"): (
        Field(
            "reserve.min_share",
            Text("Hold back at least", "预留下限"),
            "share",
            Text("Share of the budget. Blank: 10%.", "占预算的比例。留空即 10%。"),
        ),
        Field(
            "reserve.max_share",
            Text("Hold back at most", "预留上限"),
            "share",
            Text("Share of the budget. Blank: 15%.", "占预算的比例。留空即 15%。"),
        ),
        Field(
            "reserve.unit_value",
            Text("Worth of 1 held back", "预留一元的价值"),
            "number",
            Text("Blank: break-even.", "留空即盈亏平衡点。"),
        ),
    ),
    Text("Targets for the whole plan", "整体目标"): (
        Field(
            "rules.max_spend_to_revenue",
            Text("Spend as a share of revenue, at most", "花费占收入上限"),
            "share",
            Text("Of the shop's revenue, such as 5%.", "占全店收入的比例，例如 5%。"),
        ),
        Field(
            "rules.min_roi",
            Text("Return on all spend, at least", "整体投资回报下限"),
            "number",
            Text("Revenue per 1 spent, such as 3.", "每花一元带来的收入，例如 3。"),
        ),
        Field(
            "rules.max_cost_per_conversion",
            Text("Cost per conversion, at most", "单次转化成本上限"),
            "number",
            Text("All channels together.", "按全部渠道合计。"),
        ),
    ),
    Text("A result instead of a budget", "以目标成果代替预算"): (
        Field(
            "target.response",
            Text("Reach this result", "要达到的成果"),
            "number",
            Text(
                "With the least money; the budget is then the most there is.",
                "用最少的钱达到；预算即最高额度。",
            ),
        ),
        Field(
            "target.of_shop",
            Text("The whole shop's", "按全店计"),
            "yes_no",
            Text("Whether what sells without ads counts, too.", "是否计入无广告时的销售。"),
            YES_NO,
        ),
    ),
    Text("Customers in the long run", "客户长期价值"): (
        Field(
            "customer_values.new",
            Text("Worth of a new customer's order", "新客订单价值"),
            "number",
            Text("Needed when lifetime value counts.", "目标为长期价值时必填。"),
        ),
        Field(
            "customer_values.returning",
            Text("Worth of a returning one's", "老客订单价值"),
            "number",
            Text("Needed when lifetime value counts.", "目标为长期价值时必填。"),
        ),
    ),
    Text("What may go wrong", "风险"): (
        Field(
            "risk.measure",
            Text("Plan for", "规划依据"),
            "choice",
            Text(
                "The bad case: the mean of the worst results that may come.",
                "不利情形：可能结果中最差部分的平均。",
            ),
            MEASURES,
        ),
        Field(
            "risk.level",
            Text("Results better than the bad case", "不利情形之外的比例"),
            "share",
            Text(
                "Only for the bad case. Blank: 80%, the worst fifth counts.",
                "仅用于不利情形。留空即 80%，取最差的五分之一。",
            ),
        ),
    ),
}

MEMBERS = (
    Field(
        "role",
        Text("All of role", "全部此角色"),
        "choice",
        Text("Or name them.", "或逐个列出。"),
        ROLES,
    ),
    Field("kind", Text("All of kind", "全部此类型"), "choice", choices=KINDS),
    Field(
        "channels",
        Text("Channel", "渠道"),
        "text",
        Text("One channel a cell.", "每格一个渠道。"),
        names_channel=True,
        is_repeated=True,
    ),
)
GROUPS = Table(
    "groups",
    "rules",
    Text("Groups of channels", "渠道分组"),
    (
        Field(
            "name",
            Text("Group", "分组"),
            "text",
            Text("Channels that share a limit.", "共用限额的渠道。"),
            is_required=True,
        ),
        Field(
            "min_share",
            Text("At least, share", "至少占比"),
            "share",
            Text("Of what all channels spend.", "占全部渠道花费的比例。"),
        ),
        Field("max_share", Text("At most, share", "至多占比"), "share"),
        Field("min_spend", Text("At least, money", "至少金额"), "money"),
        Field("max_spend", Text("At most, money", "至多金额"), "money"),
        *MEMBERS,
    ),
    rows=8,
    identity="name",
)
COUNTS = Table(
    "counts",
    "rules",
    Text("How many channels", "渠道个数"),
    (
        Field(
            "name",
            Text("Of these channels", "这些渠道中"),
            "text",
            Text("A name of your own.", "自定名称。"),
            is_required=True,
        ),
        Field("min_channels", Text("Use at least", "至少用几个"), "whole"),
        Field("max_channels", Text("Use at most", "至多用几个"), "whole"),
        *MEMBERS,
    ),
    rows=4,
    identity="name",
)
MORE = Table(
    "more",
    "rules",
    Text("More rules, as the API writes them", "其他规则（API 写法）"),
    (
        Field(
            "pointer",
            Text("More: field of the API", "其他：API 字段"),
            "text",
            Text("Such as /channels/tv/…", "例如 /channels/tv/…"),
            is_required=True,
        ),
        Field(
            "value", Text("Its value", "字段的值"), "text", Text("As JSON.", "JSON 格式。"), is_required=True
        ),
    ),
    rows=4,
)


def settings() -> list[Field]:
    """The single inputs, in the order of the sheet."""
    return [one for section in SETTINGS.values() for one in section]
