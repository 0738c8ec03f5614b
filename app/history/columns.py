"""What a column's header means, in English and Chinese and as platforms and spreadsheets write it.

`meaning_of` knows single headers; `channel_columns` knows the wide layout, where a header names a channel and
perhaps a measure (`抖音花费`, `tv_spend`, `Revenue (Douyin)`).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from app.history.dates import Dating


class Meaning(StrEnum):
    """What the cells of a column are; `_total` ones are the whole shop's, repeated on each channel's row."""

    PERIOD = "period"
    PERIOD_END = "period_end"
    YEAR = "year"
    CHANNEL = "channel"
    GEO = "geo"
    SPEND = "spend"
    REVENUE = "revenue"
    CONVERSIONS = "conversions"
    NEW_CUSTOMERS = "new_customers"
    IMPRESSIONS = "impressions"
    CLICKS = "clicks"
    ROI = "roi"
    REVENUE_TOTAL = "revenue_total"
    CONVERSIONS_TOTAL = "conversions_total"
    NEW_CUSTOMERS_TOTAL = "new_customers_total"
    CURRENCY = "currency"
    DETAIL = "detail"
    IGNORED = "ignored"


MEASURES = (
    Meaning.SPEND,
    Meaning.REVENUE,
    Meaning.CONVERSIONS,
    Meaning.NEW_CUSTOMERS,
    Meaning.IMPRESSIONS,
    Meaning.CLICKS,
)
TOTALS = {
    Meaning.REVENUE: Meaning.REVENUE_TOTAL,
    Meaning.CONVERSIONS: Meaning.CONVERSIONS_TOTAL,
    Meaning.NEW_CUSTOMERS: Meaning.NEW_CUSTOMERS_TOTAL,
}

DATINGS = {
    "dates": Dating(),
    "weeks": Dating("week"),
    "week_ends": Dating("week", is_last_day=True),
    "months": Dating("month"),
}
HEADERS: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("headers.toml").read_text("utf-8")
)

LONGEST_HEADER = 80
UNITS = (
    r"元|人民币|rmb|cny|usd|eur|gbp|hkd|jpy|us\$|[$€£¥]|[千万亿]元?|%|次|个|人|笔|单|件|k|thousand|'?000s?"
)
UNIT = re.compile(rf"[(\[]\s*({UNITS})\s*[)\]]|[/_]({UNITS})$")
FACTORS = {"千": 1e3, "万": 1e4, "亿": 1e8, "k": 1e3, "thousand": 1e3, "000": 1e3}
ASIAN = re.compile(r"[\u2e80-\u9fff]")
RATE = re.compile(
    r"率|占比|单价|成本|均价|平均|每|投产比|产出比|笔均|roi|roas|\bcp[acmo]\b|\bct?[vt]r\b|\brate\b|\bratio\b"
    r"|\bshare\b|average|\bavg\b|\bper\b|\bprice\b|%"
)
DETAIL = re.compile(
    r"(?:^|[^a-z])ids?$|编号|编码|名称$|\bname$|campaign|\bad ?(?:group|set)|adset|creative|keyword|^account"
    r"|\bsku\b|product|^(?:device|objective|status|type)$|账户|计划|单元|创意|关键词|广告组|素材|商品|设备"
    r"|主体|类型|状态|营销目标|推广应用"
)
NO_CHANNEL = re.compile(
    r"^(?:现金|赠款|返货|返点|共享|直接|间接|总|日|整体|基础|追投|净|实际|有效|累计|计划|同比|环比|去年|上月|上周)$"
    r"|^(?:direct|indirect|net|gross|actual|planned|avg|daily|monthly|weekly|cumulative|last year|previous)$"
    r"|^(?:t|x?index|no\.?|序号|#|unnamed.*|trend|intercept|week|month|year|quarter|年|季度)$"
    r"|^(?:day|week) ?of ?year$|^(?:total.*|.*\btotal|合计|总计|汇总|小计|sum|grand total|.*合计)$"
    r"|event|holiday|节日|节假|promo|促销|活动|大促|season|temperature|温度|weather|price|价格|competitor"
    r"|竞品|竞争|gdp|cpi|population|人口|stock|库存|visit|session|traffic|\b[up]v\b|访客|浏览|users|用户"
    r"|followers|粉丝|search(?:es)? volume|query|\bgqv\b|discount|折扣|收藏|加购|预算|budget|target|目标"
)


@dataclass(frozen=True)
class Column:
    """One column: its place counted from 0, its header, and what is read from it.

    `channel` is set in the wide layout; amounts are multiplied by `factor` (1e4 for `花费(万元)`).
    """

    index: int
    header: str
    meaning: Meaning
    channel: str | None = None
    factor: float = 1.0
    dating: Dating = field(default_factory=Dating)

    @property
    def says(self) -> str:
        """The meaning in one text, `spend` or `spend:抖音`, as a user may give it back changed."""
        return f"{self.meaning}:{self.channel}" if self.channel else str(self.meaning)


@lru_cache(maxsize=4096)
def name_of(header: str) -> tuple[str, float]:
    """A header in the form that is looked up, and the factor its unit stands for."""
    text = unicodedata.normalize("NFKC", header).lower()
    factor = 1.0
    if match := UNIT.search(text):
        unit = (match[1] or match[2]).strip("元's")
        factor = FACTORS.get(unit, 1.0)
        text = text[: match.start()] + text[match.end() :]
    if ASIAN.search(text):
        return re.sub(r"[\s_:*\"]+", "", text), factor
    text = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return re.sub(r"[\s_\-.:*\"]+", " ", text).strip(), factor


def _table() -> dict[str, tuple[Meaning, int, Dating]]:
    table: dict[str, tuple[Meaning, int, Dating]] = {}
    for place, (kind, names) in enumerate(HEADERS["periods"].items()):
        table |= {name: (Meaning.PERIOD, 100 * place + i, DATINGS[kind]) for i, name in enumerate(names)}
    for meaning, names in HEADERS["names"].items():
        table |= {name: (Meaning(meaning), i, Dating()) for i, name in enumerate(names)}
    return table


TABLE = _table()


def meaning_of(header: str) -> tuple[Meaning, int, Dating] | None:
    """What a header means by itself, its rank among names of that meaning (0 first); None when unknown."""
    return TABLE.get(name_of(header)[0])


def is_rate(header: str) -> bool:
    """Whether a header names a rate, a cost per something or another quotient: never an amount to add up."""
    return bool(RATE.search(name_of(header)[0]))


def is_detail(header: str) -> bool:
    """Whether a header names campaigns, products or ids, below the channel."""
    return bool(DETAIL.search(name_of(header)[0]))


def _pattern(meaning: Meaning, extra: str = "") -> re.Pattern[str]:
    names = sorted(HEADERS["names"][meaning], key=len, reverse=True)
    asian = "|".join(re.escape(name) for name in names if ASIAN.search(name) and len(name) > 1)
    latin = "|".join(re.escape(name).replace(r"\ ", r"[\s_]") for name in names if not ASIAN.search(name))
    between = r"[\s_\-·.|/:]"
    return re.compile(
        rf"(?P<a>.+?){between}*(?:{asian})|(?P<b>.+?){between}+(?:{latin}){extra.format(between=between)}"
        rf"|(?:{asian}){between}*\(?(?P<d>[^)]+)\)?|(?:{latin}){between}*(?:{between}|\()(?P<e>[^)]+)\)?",
        re.IGNORECASE,
    )


WIDE = {
    Meaning.REVENUE: _pattern(Meaning.REVENUE),
    Meaning.CONVERSIONS: _pattern(Meaning.CONVERSIONS),
    Meaning.NEW_CUSTOMERS: _pattern(Meaning.NEW_CUSTOMERS),
    Meaning.IMPRESSIONS: _pattern(Meaning.IMPRESSIONS, r"|(?P<c>.+?)_(?-i:I)"),
    Meaning.CLICKS: _pattern(Meaning.CLICKS),
    Meaning.SPEND: _pattern(Meaning.SPEND, r"|(?P<c>.+?)_(?-i:S)"),
}


def channel_columns(headers: Iterable[tuple[int, str]]) -> list[Column]:
    """The columns whose header names a channel and a measure; empty unless one of them is a spend."""
    found = []
    for index, header in headers:
        if is_rate(header) or len(header) > LONGEST_HEADER:
            continue
        text, factor = unicodedata.normalize("NFKC", header).strip(), name_of(header)[1]
        bare = re.sub(UNIT.pattern, "", text, flags=re.IGNORECASE).strip()
        for meaning, pattern in WIDE.items():
            if match := pattern.fullmatch(bare):
                channel = next(group for group in match.groups() if group).strip(" _-·.|/:")
                if not NO_CHANNEL.search(channel.lower()) and not RATE.search(channel.lower()):
                    found.append(Column(index, header, meaning, channel, factor))
                break
    return found if any(column.meaning is Meaning.SPEND for column in found) else []


def may_be_channel(header: str) -> bool:
    """Whether an unknown header over numbers may be a channel's name rather than a rate or a control."""
    name = name_of(header)[0]
    return bool(name) and not (RATE.search(name) or DETAIL.search(name) or NO_CHANNEL.search(name))
