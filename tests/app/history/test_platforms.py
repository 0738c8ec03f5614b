"""Exports of platforms are recognised by their columns and read as what they mean."""

from __future__ import annotations

import pytest

from app.history.cells import HistoryFileError
from app.history.files import read_history
from app.history.mapping import ColumnMapping
from app.history.platforms import PLATFORMS, platform_of
from optimizer import HistoryRow, OutcomeRow, Period

DAY = Period.parse("2026-07-01")
EXPORTS = {
    "万相台": (
        "日期,主体ID,主体名称,展现量,点击量,花费,点击率,平均点击花费,直接成交金额,总成交金额,总成交笔数,投入产出比\n"
        "2026-07-01,107****681,上衣,8000,200,100.5,2.5%,0.5,0,900,3,9\n"
        "2026-07-01,107****681,上衣,2000,50,20,2.5%,0.4,0,100,1,5\n",
        HistoryRow("万相台", DAY, 120.5, 1000.0, 4.0, None, 10000.0, 250.0),
    ),
    "京准通": (
        "日期,花费,全站交易额,全站投产比,全站订单行,全站订单成本,核心位置展现量,核心位置点击量\n"
        "2026-07-01,100,500,5,4,25,1000,20\n",
        HistoryRow("京准通", DAY, 100.0, 500.0, 4.0, None, 1000.0, 20.0),
    ),
    "京东联盟": (
        "日期,点击量,下单订单量,下单订单金额,预估佣金金额,完成订单量,完成订单金额,付款佣金金额\n"
        "2026-07-01,20,4,500,50,3,400,40\n",
        HistoryRow("京东联盟", DAY, 50.0, 500.0, 4.0, None, None, 20.0),
    ),
    "拼多多": (
        "日期,总花费(元),成交花费(元),交易额(元),实际投产比,净交易额(元),结算金额(元),成交笔数,曝光量,点击量\n"
        '"2026-07-01\t",100,90,"1,500.50",15,1200,1100,6,1000,20\n总计,100,90,"1,500.50",,,,6,1000,20\n',
        HistoryRow("拼多多", DAY, 100.0, 1500.5, 6.0, None, 1000.0, 20.0),
    ),
    "巨量引擎": (
        "时间,广告组id,广告组,展示数,点击数,点击率(%),平均点击单价(元),总花费(元),转化数,转化成本,深度转化次数\n"
        "2026-07-01,1733333333333333,新品,1000,20,2,5,100,4,25,--\n",
        HistoryRow("巨量引擎", DAY, 100.0, None, 4.0, None, 1000.0, 20.0),
    ),
    "千川": (
        "日期,素材ID,素材名称,整体消耗,基础消耗,追投调控消耗,追投调控支付ROI,整体支付ROI\n"
        "2026-07-01,7333333333333333333,视频,100,80,20,1,2.5\n2026-07-01,7333333333333333334,视频,50,50,--,--,2\n",
        HistoryRow("千川", DAY, 150.0, 350.0),
    ),
    "百度推广": (
        "账户：示例\n下载时间：2026-07-02\n日期,账户名,计划名,展现,点击,消费,点击率,平均点击价格\n"
        '2026-07-01,示例,品牌,"1,000",20,100.00,2.00%,5.00\n2026-07-01,示例,通用,500,10,50.00,2.00%,5.00\n',
        HistoryRow("百度推广", DAY, 150.0, None, None, None, 1500.0, 30.0),
    ),
    "微博粉丝通": (
        "计划ID,计划名称,推广应用,日期,消耗/元,曝光量,互动量,互动率,短链点击量,转发量\n"
        "1234567890123456,新品,-,20260701,100,1000,30,3%,20,5\n",
        HistoryRow("微博粉丝通", DAY, 100.0, None, None, None, 1000.0, 20.0),
    ),
    "Meta": (
        "Campaign name,Day,Impressions,Reach,Amount spent (USD),Purchases,Purchases conversion value\n"
        "Brand,2026-07-01,1000,900,100,4,500\n",
        HistoryRow("Meta", DAY, 100.0, 500.0, 4.0, None, 1000.0),
    ),
    "Google Ads": (
        "Campaign performance\nJuly 1 to July 1\nCampaign,Day,Currency code,Clicks,Impr.,Cost,Avg. CPC,"
        'Conversions,Conv. value\nBrand,2026-07-01,USD,20,"1,000",100,5,4,500\n',
        HistoryRow("Google Ads", DAY, 100.0, 500.0, 4.0, None, 1000.0, 20.0),
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_exports(name: str, encoding: str) -> None:
    """Each platform's export is recognised in any encoding and read under the platform's channel."""
    text, row = EXPORTS[name]
    file = read_history(text.encode(encoding), "export.csv")
    assert file.mapping.platform == name
    assert file.mapping.channel == row.channel
    assert file.rows == [row]


def test_every_platform_with_a_channel_is_tried() -> None:
    """No platform of the table is without an example here."""
    assert {platform.name for platform in PLATFORMS if platform.channel} == set(EXPORTS)


def test_shop_export_is_the_whole_shops_result() -> None:
    """生意参谋 reports sales by product: their sum is the shop's, and no channel's."""
    text = "统计日期,商品ID,商品访客数,支付买家数,支付件数,支付金额,商品支付转化率\n"
    text += '2026-07-01,611111111111111,100,5,6,"1,200.50",5%\n2026-07-01,611111111111112,50,1,1,99.5,2%\n'
    file = read_history(text.encode("gbk"), "商品.csv")
    assert (file.mapping.platform, file.rows) == ("生意参谋", [])
    assert file.outcomes == [OutcomeRow(DAY, revenue=1300.0)]


GA4 = """# ----------------------------------------
# Traffic acquisition: Session default channel group
# Start date: {first}
# End date: {last}
# ----------------------------------------

Session default channel group,Sessions,Engaged sessions,Key events,Total revenue
Grand total,1000,600,30,1500.5
Organic Search,600,400,20,1000
Direct,400,200,10,500.5

# ----------------------------------------
Date,Sessions
20260701,10
"""


def test_ga4_of_one_month() -> None:
    """A GA4 report over a month gives the shop's revenue of it; totals and the second table are left."""
    file = read_history(GA4.format(first="20260701", last="20260731").encode(), "ga4.csv")
    assert file.outcomes == [OutcomeRow(Period.parse("2026-07"), revenue=1500.5, conversions=30.0)]
    assert {"platform", "total_rows", "second_table", "no_spend"} <= {note.code for note in file.notes}


def test_ga4_in_french() -> None:
    """The French export is read by its own names, separators and decimal commas."""
    text = "# Date de début : 20260701\n# Date de fin : 20260731\n"
    text += "Groupe de canaux par défaut de la session;Sessions;Taux d'engagement;Revenu total\n"
    text += "Organic Search;1\u202f200;62,5 %;1\u202f234,56 €\nDirect;800;55 %;100\n"
    file = read_history(text.encode("utf-8-sig"), "ga4.csv")
    assert file.outcomes == [OutcomeRow(Period.parse("2026-07"), revenue=1334.56)]


def test_ga4_of_ninety_days() -> None:
    """A span that is no day, week or month is refused with advice, unless the user says what it is."""
    data = GA4.format(first="20260701", last="20260928").encode()
    with pytest.raises(HistoryFileError, match="add the dimension Date") as refused:
        read_history(data, "ga4.csv")
    assert refused.value.mapping is not None
    assert refused.value.mapping.platform == "GA4"
    given = ColumnMapping(period="2026-09")
    assert read_history(data, "ga4.csv", mapping=given).outcomes[0].period == Period.parse("2026-09")


def test_plain_files_are_no_export() -> None:
    """A planner's own table is not mistaken for a platform's."""
    assert (
        platform_of(["date", "channel", "spend", "revenue", "conversions", "impressions", "clicks"]) is None
    )
    assert platform_of(["日期", "渠道", "花费", "总成交金额", "投入产出比", "展现量", "点击量"]) is None
    assert platform_of(["日期", "花费", "总成交金额", "投入产出比", "展现量", "点击量"]) is not None
