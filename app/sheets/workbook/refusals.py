"""What is wrong with a workbook, cell by cell, in the language of its reader."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.dependencies import Language
from app.history.cells import CellFault, fault_at, letters
from optimizer import Fault, InfeasibleError, InputError

CHINESE: tuple[tuple[str, str], ...] = (
    (r"(?:is missing|Field required)", "未填写"),
    (r"'(.*)' is not a number", "“{0}”不是数字"),
    (r"'(.*)' is not a whole number", "“{0}”不是整数"),
    (r"there is no channel or group '(.*)'", "没有名为“{0}”的渠道或分组"),
    (r"'(.*)' is not a finite number", "“{0}”不是有限的数字"),
    (r"'(.*)' is an error value.*", "“{0}”是错误值"),
    (r"'(.*)' is a date, not a number", "“{0}”是日期，不是数字"),
    (r"'(.*)' is beyond .*", "“{0}”过大"),
    (r"'(.*)' is no date; .*", "“{0}”不是日期；请写 2026-12-05、2026-W49 或 2026-12"),
    (r"'(.*)' may be day/month or month/day; .*", "“{0}”分不清日与月；请写 2026-12-05"),
    (r"'(.*)' is not a month", "“{0}”不是月份"),
    (r"'(.*)' is not a day", "“{0}”不是某一天"),
    (r"'(.*)' is none of (.*)", "“{0}”不在可选项中"),
    (r"'(.*)' is a formula without a stored value.*", "公式“{0}”没有保存计算结果；请用表格软件打开并保存"),
    (r"Input should be greater than or equal to (.*)", "不能小于{0}"),
    (r"Input should be less than or equal to (.*)", "不能大于{0}"),
    (r"Input should be greater than (.*)", "必须大于{0}"),
    (r"Input should be less than (.*)", "必须小于{0}"),
    (r"String should have at most (\d+) characters?", "不能超过{0}个字"),
    (r"String should match pattern .*", "格式不对"),
    (r"The maximum (.*) is below the minimum (.*)\.", "上限{0}低于下限{1}。"),
    (r"(.*) is neither in channels nor in history\.", "渠道表和历史数据中都没有{0}。"),
    (r"(?:Group )?(.*) is (?:given|named) twice\.", "{0}重复。"),
    (r"(.*) is not before the plan month (.*)\.", "{0}不在计划月份{1}之前。"),
    (r"It ends before it starts\.", "结束早于开始。"),
    (r"Profit needs the margin of (.*)\.", "目标为利润时须填{0}的毛利率。"),
    (r"(.*) needs a curve, as no row .*", "{0}没有成果数据，须给出曲线。"),
    (r"Give channels, history, or both\.", "请填写渠道、历史数据，或两者。"),
    (r"(.*) has (\d) decimals; (.*) has more\.", "{0}有{1}位小数，{2}超出。"),
    (r"A (.*) curve needs scale\.", "{0}曲线须填规模。"),
    (r"low, value and high must be in rising order\.", "三个数须从低到高。"),
    (r"the row with the headings (.*) is missing", "找不到表头{0}"),
    (r"stands beside '(.*)' or '(.*)': keep one of the two", "与“{0}”或“{1}”不能同时填写"),
    (r"the sheet is hidden, .*", "工作表已隐藏，无法读取；请取消隐藏后保存"),
    (r"there is no sheet '(.*)': .*", "没有工作表“{0}”；请使用本系统提供的工作簿"),
    (r"the file is encrypted; .*|is encrypted; .*", "文件已加密；请去掉密码后保存"),
    (r"the workbook is damaged; .*", "文件已损坏；请用表格软件打开并重新保存"),
    (r"this is no field of the API .*", "不是 API 字段，或值不是 JSON"),
)
PATTERNS = [(re.compile(pattern, re.DOTALL), words) for pattern, words in CHINESE]
ENGLISH = {"Field required": "is missing"}


class WorkbookError(InputError):
    """A workbook that cannot be planned from; every fault names its cell."""

    faults: list[Fault]


class WorkbookClashError(InfeasibleError):
    """A workbook whose rules clash; `faults` name the cells of the rules."""

    def __init__(self, error: InfeasibleError, faults: list[Fault]) -> None:
        super().__init__(str(error), error.clashes, error.remedies)
        self.faults = faults


def told(fault: CellFault, label: str, reason: str, language: Language) -> CellFault:
    """A fault of one cell as it is read: its place, what the cell is called, and what is wrong."""
    words = in_language(reason, language)
    if language == "en":
        what = f"{label}: {words}" if label else words
        return fault_at(fault.sheet, what, fault.row, fault.column)
    place = f"“{fault.sheet}”"
    if fault.row:
        column = f"{letters(fault.column)}列" if fault.column else ""
        place += f"第{fault.row}行{column}（{fault.address}）"
    message = "：".join(part for part in (place, label, words) if part)
    return CellFault(fault.path, message, fault.sheet, fault.row, fault.column)


def in_language(reason: str, language: Language) -> str:
    """What is wrong, in the reader's words; as it was said where there are none."""
    if language == "en":
        return ENGLISH.get(reason, reason)
    for pattern, words in PATTERNS:
        if match := pattern.fullmatch(reason):
            return words.format(*match.groups())
    return reason


def retold(faults: Iterable[Fault], language: Language) -> list[Fault]:
    """The faults of a file that could not be read at all, in the reader's words."""
    return [
        told(fault, "", fault.message.partition(": ")[2] or fault.message, language)
        if isinstance(fault, CellFault)
        else fault
        for fault in faults
    ]
