"""A file of history is read as what it says, whoever wrote it."""

from __future__ import annotations

import random

import pytest

from app.history.cells import CellFault, HistoryFileError
from app.history.files import HistoryFile, read_history
from app.history.mapping import ColumnMapping
from optimizer import HistoryRow, OutcomeRow, Period
from sample_data import FOLDER, generate
from tests.app.history.odd_files import rows, sheet, workbook


def read(text: str, mapping: ColumnMapping | None = None) -> HistoryFile:
    """The CSV file with this text."""
    return read_history(text.encode(), "shop.csv", mapping=mapping)


def refused(data: str | bytes) -> list[str]:
    """What a file is refused for."""
    with pytest.raises(HistoryFileError) as error:
        read_history(data.encode() if isinstance(data, str) else data, "shop.csv")
    return [fault.message for fault in error.value.faults]


def codes(file: HistoryFile) -> set[str]:
    """The codes of a file's notes."""
    return {note.code for note in file.notes}


def week(text: str) -> Period:
    """The period of this text."""
    return Period.parse(text)


ROWS = [
    HistoryRow("抖音", week("2026-W01"), 10.5, revenue=30.0),
    HistoryRow("淘宝", week("2026-W01"), 20.0, revenue=60.0),
    HistoryRow("抖音", week("2026-W02"), 12.0, revenue=33.0),
    HistoryRow("淘宝", week("2026-W02"), 0.0, revenue=5.0),
]


LONG = [("2026-W01", "抖音", "10.5", "30"), ("2026-W01", "淘宝", "20", "60")]
LONG += [("2026-W02", "抖音", "12", "33"), ("2026-W02", "淘宝", "0", "5")]


def long(header: str, separator: str, line: str = "{0},{1},{2},{3}") -> str:
    """The four rows under this header, each written as `line` with this separator."""
    return "\n".join([header, *(line.format(*row) for row in LONG)]).replace(",", separator)


@pytest.mark.parametrize(
    "text",
    [
        long("period,channel,spend,revenue", ","),
        long("周,渠道,花费(元),成交金额", ";").replace(".", ","),
        long("Week,Media Channel,Ad Spend,Sales", "\t")
        .replace("\n", "\n\t\t\t\n", 2)
        .replace("\t0\t", "\t-\t"),
        long("日期|渠道|消耗|收入", "|", '"{0}",{1},"¥{2}",{3}').replace("2026-W01", "2025-12-29~2026-01-04"),
        "date|抖音花费|抖音 成交金额|淘宝花费|淘宝 成交金额\n2025-12-29|10.5|30|20|60\n2026-01-05|12|33||5\n",
        "日期,spend_抖音,revenue_抖音,spend_淘宝,revenue_淘宝\n29/12/2025,10.5,30,20,60\n05/01/2026,12,33,0,5\n",
    ],
)
def test_layouts_and_separators(text: str) -> None:
    """Long and wide, English and Chinese, any separator and date: the same rows."""
    assert sorted(read(text).rows, key=lambda row: (row.period, row.channel)) == ROWS


def test_units_in_headers() -> None:
    """花费(万元) counts in ten thousands."""
    assert read("日期,渠道,花费（万元）\n2026-W01,抖音,1.25\n").rows[0].spend == 12500.0


@pytest.mark.parametrize("name", ["history_weekly.csv", "history.xlsx"])
def test_sample_files(name: str) -> None:
    """The sample shop's CSV and workbook give the rows that made them."""
    made = [
        HistoryRow(channel, week(period), spend, *(float(amount) for amount in amounts))
        for period, channel, spend, *amounts in generate.summed(generate.simulate(), generate.week_of)
    ]
    assert read_history((FOLDER / name).read_bytes(), name).rows == made


def test_total_revenue_is_taken_once() -> None:
    """The whole shop's revenue, repeated on each channel's row, is not summed over channels."""
    text = "date,channel,spend,{}\n2026-01-05,a,1,100\n2026-01-05,b,2,100\n2026-01-12,a,3,90\n"
    text += "2026-01-12,b,1,90\n2026-01-19,a,1,80\n2026-01-19,b,2,80\n"
    expected = [OutcomeRow(week(f"2026-W0{i}"), revenue=float(110 - 10 * (i - 1))) for i in (2, 3, 4)]
    assert read(text.format("revenue_total")).outcomes == expected
    unnamed = read(text.format("revenue"))
    assert (unnamed.outcomes, unnamed.rows[0].revenue) == (expected, None)
    assert "revenue_total" in codes(unnamed)


def test_total_revenue_that_contradicts_itself() -> None:
    """Two different totals of one week are a fault, with both places."""
    text = "date,channel,spend,revenue_total\n2026-W02,a,1,100\n2026-W02,b,2,101\n"
    assert refused(text) == [
        "'shop.csv', row 3, column A (A3): the whole shop's revenue of 2026-W02 is 101 here, 100 in row 2"
    ]


def test_wide_with_a_total() -> None:
    """Beside columns of channels, a revenue is the whole shop's and a total spend is no channel."""
    file = read("date,tv_spend,radio_spend,spend,revenue\n2026-W01,1,2,3,100\n2026-W02,2,2,4,110\n")
    assert [(row.channel, row.spend) for row in file.rows[:2]] == [("tv", 1.0), ("radio", 2.0)]
    assert [row.revenue for row in file.outcomes] == [100.0, 110.0]


def test_wide_by_channel_names_alone() -> None:
    """Numbers under unknown names are channels, controls are not, and which were taken is said."""
    file = read(
        "month,revenue,TV,Radio,temperature,holiday_flag\n2026-01,100,5,6,20,1\n2026-02,90,4,3,18,0\n"
    )
    assert {row.channel for row in file.rows} == {"TV", "Radio"}
    assert [note.message for note in file.notes if note.code == "wide_columns"] == [
        "Read as one channel's spend each: TV, Radio."
    ]


def test_revenue_only() -> None:
    """A file of the whole shop's revenue alone gives outcomes and no rows."""
    file = read("月份,成交金额\n2026年1月,1.2万\n2026年2月,9000\n")
    assert (file.rows, [row.revenue for row in file.outcomes]) == ([], [12000.0, 9000.0])


def test_regions_are_summed() -> None:
    """Channels' rows of several regions add up, and so do the regions' totals; said in a note."""
    text = "date,geo,channel,spend,revenue_total\n2026-W01,north,a,1,10\n2026-W01,south,a,2,20\n"
    file = read(text + "2026-W02,north,a,1,11\n2026-W02,south,a,5,\n")
    assert [row.spend for row in file.rows] == [3.0, 6.0]
    assert file.outcomes == [OutcomeRow(week("2026-W01"), revenue=30.0)]
    assert "regions" in codes(file)


def test_campaigns_are_summed() -> None:
    """Rows that a campaign's name tells apart add up to their channel."""
    file = read("date,channel,campaign,spend\n2026-W01,a,brand,1\n2026-W01,a,generic,2\n2026-W02,a,brand,4\n")
    assert [row.spend for row in file.rows] == [3.0, 4.0]
    assert "summed" in codes(file)


def test_hours_are_summed() -> None:
    """The hours of a day add up to it."""
    text = "时间,渠道,花费\n2026-01-01 00:00,a,1\n2026-01-01 01:00,a,2\n2026-01-02 00:00,a,4\n"
    assert [(str(row.period), row.spend) for row in read(text).rows] == [
        ("2026-01-01", 3.0),
        ("2026-01-02", 4.0),
    ]


def test_a_row_given_twice() -> None:
    """The same channel and week twice, with nothing to tell them apart, is a fault at the second row."""
    assert refused("date,channel,spend\n2026-W01,a,1\n2026-W02,a,1\n2026-W01,a,2\n") == [
        "'shop.csv', row 4, column A (A4): repeats row 2: a in 2026-W01 is given twice"
    ]
    assert refused("date,channel,campaign,spend\n2026-W01,a,x,1\n2026-W01,a,x,1\n2026-W02,a,x,1\n") == [
        "'shop.csv', row 3, column A (A3): repeats row 2: a in 2026-W01 is given twice"
    ]


def test_overlapping_periods() -> None:
    """A week within a month of the same channel is a fault."""
    assert refused("date,channel,spend\n2026-01,a,100\n2026-W02,a,20\n2026-W02,b,20\n") == [
        "'shop.csv', row 3, column A (A3): 2026-W02 of a overlaps 2026-01 in row 2"
    ]


def test_every_wrong_cell_is_named_at_once() -> None:
    """All faults come together, each with sheet, row and column; nothing is read by halves."""
    text = "date,channel,spend,revenue\n2026-W01,a,1o,5\nsoon,a,2,5\n2026-W03,,3,#N/A\n2026-W04,a,-4,5\n"
    with pytest.raises(HistoryFileError) as error:
        read(text)
    faults = [fault for fault in error.value.faults if isinstance(fault, CellFault)]
    assert [fault.address for fault in faults] == ["C2", "A3", "B4", "D4", "C5"]
    assert {fault.sheet for fault in faults} == {"shop.csv"}
    assert "'1o' is not a number" in faults[0].message
    assert error.value.mapping is not None
    assert error.value.mapping.columns["spend"] == "spend"


def test_preamble_totals_footnotes_and_second_table() -> None:
    """What stands above and below the table is not history, and each thing left out is said."""
    file = read(
        "投放报表\n下载时间：2026-02-01\n\n日期,渠道,花费\t(元),备注\n2026-01-30,a,1,新\n合计,,1,\n"
        "2026-01-31,a,2,\n总计：,,3,\n注：数据仅供参考,,,\n\n日期,访客数\n2026-01-30,100\n"
    )
    assert [row.spend for row in file.rows] == [1.0, 2.0]
    assert codes(file) == {"preamble", "total_rows", "rows_without_numbers", "second_table", "grain"}


def test_a_blank_line_within_the_table() -> None:
    """Rows after an empty line go on being history."""
    assert len(read("date,channel,spend\n2026-W01,a,1\n\n,,\n2026-W02,a,2\n").rows) == 2


def test_dashes_are_no_spend_and_empty_rows_no_rows() -> None:
    """An export's dash stands for nothing spent; a row still to be filled in is left out."""
    file = read("date,channel,spend,revenue\n2026-W01,a,--,5\n2026-W02,a,-,-\n2026-W03,a,,\n")
    assert [(row.spend, row.revenue) for row in file.rows] == [(0.0, 5.0), (0.0, None)]
    assert {"blank_spend", "rows_without_numbers"} <= codes(file)


def test_gaps_are_noted() -> None:
    """Missing weeks between a channel's first and last are counted, and what was read is summed up."""
    file = read("date,channel,spend\n2026-W01,a,1\n2026-W04,a,2\n2026-W01,b,2\n2026-W02,b,2\n")
    assert [note.message for note in file.notes] == [
        "Periods without a row between the first and the last: a 2.",
        "Read as 3 weeks, 2026-W01 to 2026-W04.",
    ]


def test_weeks_from_sunday_keep_their_dates() -> None:
    """Weeks that start on a Sunday are read as they are, and said to be."""
    file = read("date,channel,spend\n2026-01-04,a,1\n2026-01-11,a,2\n")
    assert [str(row.period) for row in file.rows] == ["2026-01-04/P7D", "2026-01-11/P7D"]
    assert "weeks" in codes(file)


def test_first_and_last_day_in_two_columns() -> None:
    """Start and end date together say how long a period is."""
    file = read("start date,end date,channel,spend\n2026-01-01,2026-01-31,a,1\n2026-02-01,2026-02-28,a,2\n")
    assert [str(row.period) for row in file.rows] == ["2026-01", "2026-02"]


def test_mapping_is_shown_and_changeable() -> None:
    """What each column was taken for comes back, and a user's word on a column goes before its name."""
    text = "date,channel,spend,billed,revenue\n2026-W01,a,1,9,5\n"
    shown = read(text).mapping
    assert shown.columns == {
        **{
            "date": "period",
            "channel": "channel",
            "spend": "spend",
            "billed": "ignored",
            "revenue": "revenue",
        }
    }
    changed = ColumnMapping({**shown.columns, "billed": "spend", "spend": "ignored"})
    assert read(text, changed).rows == [HistoryRow("a", week("2026-W01"), 9.0, revenue=5.0)]
    assert read(text, shown) == read(text)


def test_mapping_of_unknown_headers() -> None:
    """Columns that no one could recognise are read once the user says what they are."""
    text = "Zeitraum;Topf;Geld\n2026-W01;a;1,5\n"
    assert "no header was found" in refused(text)[0]
    given = ColumnMapping({"Zeitraum": "period", "Topf": "channel", "Geld": "spend"})
    assert read(text, given).rows == [HistoryRow("a", week("2026-W01"), 1.5)]


def test_mapping_with_faults() -> None:
    """A mapping to no meaning, or of no column, is refused as a whole."""
    with pytest.raises(HistoryFileError) as error:
        read(
            "date,channel,spend\n2026-W01,a,1\n",
            ColumnMapping({"spend": "money", "cost": "spend"}, period="x"),
        )
    assert len(error.value.faults) == 3


def test_a_file_of_one_channel() -> None:
    """Without a column of channels the file's name, or the user, names the one there is."""
    text = "date,spend,revenue\n2026-W01,1,5\n"
    assert read(text).rows[0].channel == "shop"
    assert read(text, ColumnMapping(channel="抖音")).rows[0].channel == "抖音"


def test_a_sheet_per_channel() -> None:
    """A workbook with a sheet for each channel is read under the sheets' names, other sheets being left."""
    table = [("date", "spend"), ("2026-W01", 1), ("2026-W02", 2)]
    book = workbook(
        {"抖音": sheet(rows(table)), "淘宝": sheet(rows(table)), "说明": sheet(rows([("hello",)]))}
    )
    file = read_history(book, "book.xlsx")
    assert [row.channel for row in file.rows] == ["抖音", "淘宝"] * 2
    assert "sheet_left_out" in codes(file)
    assert {
        row.channel for row in read_history(book, "x.xlsx", mapping=ColumnMapping(sheet="淘宝")).rows
    } == {"x"}


def test_spend_and_revenue_on_two_sheets() -> None:
    """What two sheets say of the same channels and weeks is put together; the same said twice is a fault."""
    spend = sheet(rows([("date", "channel", "spend"), ("2026-W01", "a", 1), ("2026-W02", "a", 2)]))
    revenue = sheet(rows([("date", "channel", "revenue"), ("2026-W01", "a", 5), ("2026-W02", "a", 6)]))
    file = read_history(workbook({"one": spend, "two": revenue}), "book.xlsx")
    assert [(row.spend, row.revenue) for row in file.rows] == [(1.0, 5.0), (2.0, 6.0)]
    assert refused(workbook({"one": spend, "two": spend})) == [
        "'two', row 2, column A (A2): is already given on sheet 'one', row 2",
        "'two', row 3, column A (A3): is already given on sheet 'one', row 3",
    ]


def test_header_of_two_rows() -> None:
    """Channels over their measures, merged or not, make one header."""
    table = "日期,抖音,,淘宝,\n,花费,成交金额,花费,成交金额\n2025-12-29,10.5,30,20,60\n2026-01-05,12,33,0,5\n"
    assert sorted(read(table).rows, key=lambda row: (row.period, row.channel)) == ROWS


def test_year_and_month_in_two_columns() -> None:
    """A month or week number is read beside a column of years."""
    assert str(read("年份,月份,渠道,花费\n2026年,7月,a,1\n").rows[0].period) == "2026-07"
    assert str(read("year,week,channel,spend\n2026,49,a,1\n").rows[0].period) == "2026-W49"


def test_platform_beside_channel() -> None:
    """Of two columns that could name channels the better is taken, the other tells rows apart."""
    file = read("日期,平台,渠道,花费\n2026-W01,抖音,信息流,1\n2026-W01,快手,信息流,2\n")
    assert [(row.channel, row.spend) for row in file.rows] == [("信息流", 3.0)]
    assert "summed" in codes(file)


def test_two_currencies_are_refused() -> None:
    """Amounts of several currencies are not added up."""
    assert refused("date,channel,currency,spend\n2026-W01,a,CNY,1\n2026-W01,b,USD,1\n") == [
        "'shop.csv', row 3, column C (C3): currency: USD here, CNY above: give all amounts in one currency"
    ]


def test_time_to_the_right_is_refused_with_advice() -> None:
    """A table with a column per month is refused with how to turn it."""
    assert "time runs to the right" in refused("渠道,2026-01,2026-02,2026-03\n抖音,1,2,3\n")[0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"hello",
        b"date,channel,spend\n",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00",
        b"a,b\n1,2\n",
        bytes(range(256)) * 9,
    ],
)
def test_files_without_history(data: bytes) -> None:
    """A file that holds no history is refused with a sentence."""
    assert refused(data)


def test_large_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the bound is refused before it is looked at."""
    monkeypatch.setattr("app.history.files.MAX_BYTES", 10)
    assert "is larger than" in refused("date,channel,spend\n")[0]


def test_any_damage_is_refused_or_harmless() -> None:
    """Whatever bytes of a text file are changed, it is read or refused: there is no third outcome."""
    rng = random.Random(11)
    whole = (FOLDER / "history_monthly.csv").read_bytes()[:1500]
    outcomes = set()
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(rng.randint(1, 5)):
            damaged[rng.randrange(len(damaged))] = rng.choice([*b'",;\n\r\t-.0 #', rng.randrange(256)])
        try:
            read_history(bytes(damaged), "shop.csv")
            outcomes.add("read")
        except HistoryFileError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
