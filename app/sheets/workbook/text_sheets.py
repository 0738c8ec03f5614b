"""The first and the last sheet: how to use the workbook, and what its words mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.optimize.replies import PlanReply
from app.sheets.workbook.fields import SHEETS, Text
from app.sheets.workbook.input_sheets import set_up_page
from app.sheets.workbook.look import Look, fitting, put

LONGEST_LIST = 1000
TITLE = Text("Next month's marketing budget", "下月营销预算")
STEPS = (
    Text(
        "1. Fill in the yellow cells of the sheets below, or paste your figures there.",
        "1. 填写下列工作表中的黄色单元格，或把数据粘贴进去。",
    ),
    Text(
        "2. Save, and send the workbook to the service: upload it, or POST it to /v1/workbook.",
        "2. 保存后把工作簿交给系统：上传，或 POST 到 /v1/workbook。",
    ),
    Text(
        "3. You get it back with the plan, its charts and curves. If a cell is wrong, you are told which.",
        "3. 系统返回带有计划、图表和曲线的工作簿；若有单元格填错，会指明是哪一格。",
    ),
    Text(
        "4. Try your own figures on 'Compare'. Change what you like, and send it again.",
        "4. 在“对比”表试算自己的数字；修改后可再次提交。",
    ),
    Text(
        "5. Sheets of your own come back with their values and formulas, but without charts, colours and "
        "comments. Hidden sheets do not come back.",
        "5. 您自己添加的工作表会连同数值和公式一并返回，但图表、颜色和批注不保留；隐藏的工作表不返回。",
    ),
)
LEGEND = (
    ("input", Text("yours to fill in", "由您填写")),
    (
        "result",
        Text(
            "filled by the service; numbers where it decided, formulas where it is arithmetic",
            "由系统填写：决策为数值，算术为公式",
        ),
    ),
)
ABOUT: dict[str, Text] = {
    "rules": Text(
        "the month, its budget, the reserve, targets, groups of channels", "月份、预算、预留、目标、渠道分组"
    ),
    "channels": Text("each channel's limits; curves you already trust", "各渠道的限制；已知的曲线"),
    "history": Text(
        "what was spent and what it brought; the whole shop's results", "历史花费与成果；全店成果"
    ),
    "events": Text("promotions, past and coming; lift tests", "过去与将来的活动；增量测试"),
    "plan": Text("how much for each channel, how much held back, and why", "各渠道金额、预留金额及原因"),
    "curves": Text("what more or less spend is expected to bring", "花费增减的预期成果"),
    "compare": Text(
        "last month, the plan, and your own figures side by side", "上月、计划与自定方案并列比较"
    ),
    "glossary": Text("what the words mean", "词语的含义"),
}
PARTS: dict[str, Text] = {
    "steps": Text("How it works", "使用步骤"),
    "sheets": Text("The sheets", "各工作表"),
    "colours": Text("The colours", "颜色"),
    "proof": Text("This plan", "本计划"),
    "inputs": Text("Fingerprint of the inputs", "输入指纹"),
    "model": Text("Version of the model", "模型版本"),
    "solver": Text("Solver", "求解器"),
    "left_out": Text(
        "Your sheets that could not come back: too large, or called like one of ours",
        "因过大或重名而未返回的工作表",
    ),
    "not_yet": Text("This sheet is filled by the service.", "此表由系统填写。"),
}
GLOSSARY: dict[Text, Text] = {
    Text("Spend", "花费"): Text("Money put into a channel in a period.", "某段时间投入某渠道的金额。"),
    Text("Expected", "预期"): Text(
        "What the spend is expected to bring in the plan month, its after-effect included, for what counts: "
        "revenue, profit, conversions or new customers.",
        "当月花费预期带来的成果（含后续影响），按所选目标计：收入、利润、转化数或新客数。",
    ),
    Text("9 times in 10", "九成区间"): Text(
        "The truth is expected to lie in this range nine times in ten.", "真实值十次中约有九次落在此区间。"
    ),
    Text("Reserve", "预留"): Text(
        "The part of the budget held back; the list on 'Plan' says who gets it first when it is released.",
        "当月留而不投的部分；释放时先投谁见列表。",
    ),
    Text("The next 1 brings", "再加一元带来"): Text(
        "What one more unit of money would bring. In the best plan it is alike wherever money may move.",
        "在该处多花一元的成果。最优方案中，凡可调整之处都相同。",
    ),
    Text("Per 1 spent", "每元带来"): Text("What the spend brings on average.", "平均每元花费带来的成果。"),
    Text("Held by", "受限于"): Text(
        "What keeps the channel from getting more, or less: its limits, its group, or nothing.",
        "使该渠道不能更多或更少的原因：上下限、变动限制、分组，或无。",
    ),
    Text("Against last month's mix", "与上月比例相比"): Text(
        "What the plan gains over the same money in last month's proportions.",
        "与同样的钱按上月比例分配相比的增益。",
    ),
    Text("Core, supporting", "核心、辅助"): Text(
        "A channel that carries the account; one that complements it.",
        "承担主要成果的渠道；起补充作用的渠道。",
    ),
    Text("Really caused", "真实增量"): Text(
        "The share of what a platform credits itself with that the channel caused. A lift test tells it.",
        "平台归因成果中真正由该渠道带来的比例，可由增量测试得知。",
    ),
    Text("Lift test", "增量测试"): Text(
        "Spend changed on purpose in some regions or for some time, to see what it causes.",
        "在部分地区或时段有意改变花费，以观察其真实效果。",
    ),
    Text("Margin", "毛利率"): Text(
        "Profit per unit of revenue, before advertising.", "扣除广告前每元收入的利润。"
    ),
    Text("Half-saturation", "半饱和点"): Text(
        "The spend that brings half of the most a channel can bring.", "带来最大成果一半时的花费。"
    ),
}


def write_start(look: Look, reply: PlanReply | None, left_out: Sequence[str] = ()) -> None:
    """Steps, sheets with links, colours, what the plan can be told by, and sheets that do not come back."""
    language = look.language
    sheet = look.book.get_worksheet_by_name(SHEETS["start"].of(language))
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    sheet.set_row(0, 34)
    put(sheet, 0, 0, TITLE.of(language), look.of(bold=True, font_size=20, font_color="#134E4A"))
    row = _part(look, sheet, 2, "steps")
    for step in STEPS:
        put(sheet, row, 0, step.of(language), look.of())
        row += 1
    row = _part(look, sheet, row + 1, "sheets")
    link = look.of(font_color="#1D4ED8", underline=1)
    for key, about in ABOUT.items():
        title = SHEETS[key].of(language)
        sheet.write_url(row, 0, f"internal:'{title}'!A1", link, title)
        put(sheet, row, 1, about.of(language), look.of())
        row += 1
    row = _part(look, sheet, row + 1, "colours")
    for kind, text in LEGEND:
        put(sheet, row, 0, None, look.input("text") if kind == "input" else look.result())
        put(sheet, row, 1, text.of(language), look.of())
        row += 1
    if reply is not None:
        row = _proof(look, sheet, row + 1, reply)
    if left_out:
        row = _part(look, sheet, row + 1, "left_out")
        put(sheet, row, 0, ", ".join(left_out)[:LONGEST_LIST], look.of())
    set_up_page(sheet, language)


def _part(look: Look, sheet: Any, row: int, key: str) -> int:
    put(sheet, row, 0, PARTS[key].of(look.language), look.part())
    return row + 1


def _proof(look: Look, sheet: Any, row: int, reply: PlanReply) -> int:
    row = _part(look, sheet, row, "proof")
    facts = {"inputs": reply.inputs_hash, "model": reply.model_version, "solver": reply.certificate.solver}
    for key, fact in facts.items():
        put(sheet, row, 0, PARTS[key].of(look.language), look.of())
        put(sheet, row, 1, fact, look.quiet())
        row += 1
    return row


def write_glossary(look: Look) -> None:
    """A word and its meaning a row."""
    language = look.language
    sheet = look.book.get_worksheet_by_name(SHEETS["glossary"].of(language))
    put(sheet, 0, 0, SHEETS["glossary"].of(language), look.title())
    sheet.set_row(0, 26)
    sheet.set_column(0, 0, fitting((word.of(language) for word in GLOSSARY), 16, 34))
    sheet.set_column(1, 1, 100)
    for row, (word, meaning) in enumerate(GLOSSARY.items(), 2):
        put(sheet, row, 0, word.of(language), look.result(bold=True))
        put(sheet, row, 1, meaning.of(language), look.result(text_wrap=True))
        sheet.set_row(row, 32)
    sheet.freeze_panes(1, 0)
    set_up_page(sheet, language)


def write_not_yet(look: Look, key: str) -> None:
    """A sheet that the service will fill."""
    sheet = look.book.get_worksheet_by_name(SHEETS[key].of(look.language))
    put(sheet, 0, 0, SHEETS[key].of(look.language), look.title())
    put(sheet, 1, 0, PARTS["not_yet"].of(look.language), look.quiet())
    sheet.set_row(0, 26)
    set_up_page(sheet, look.language)
