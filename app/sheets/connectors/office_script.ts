// Excel > Automate > New Script: plans the month from this workbook and fills the sheet "Plan".
// Sheets: "Budget" (month in B1, amount in B2), "History data" (header in its first row), and, if you like, "Channels"
// (limits). No key is needed. Wrong cells of both turn yellow and are listed.
type Cell = string | number | boolean;

interface Fault {
  pointer: string;
  message: string;
}

interface Reply {
  values?: Cell[][];
  detail?: string;
  errors?: Fault[];
}

async function main(workbook: ExcelScript.Workbook): Promise<void> {
  const budget = sheetOf(workbook, "Budget");
  const asked = {
    month: monthOf(budget.getRange("B1").getValue() as Cell),
    budget: budget.getRange("B2").getValue() as Cell,
    values: rangeOf(sheetOf(workbook, "History data")),
    channels: rangeOf(workbook.getWorksheet("Channels")),
    answer: "values",
  };
  const isChinese = workbook.getApplication().getCultureInfo().getName().startsWith("zh");
  const reply = await ask("{{address}}/v1/optimize?lang=" + (isChinese ? "zh" : "en"), JSON.stringify(asked));
  if (!reply.values) {
    const faults = reply.errors || [];
    faults.forEach((fault) => mark(workbook, fault.pointer));
    throw new Error(faults.length ? faults.map((fault) => fault.message).join("\n") : reply.detail);
  }
  const sheet = workbook.getWorksheet("Plan") || workbook.addWorksheet("Plan");
  const old = sheet.getUsedRange();
  if (old) {
    old.clear();
  }
  sheet.getRangeByIndexes(0, 0, reply.values.length, reply.values[0].length).setValues(reply.values);
  sheet.activate();
}

async function ask(address: string, body: string): Promise<Reply> {
  const headers = { "Content-Type": "application/json" };
  try {
    const response = await fetch(address, { method: "POST", headers: headers, body: body });
    return await response.json();
  } catch (error) {
    throw new Error("The service cannot be reached · 无法连接服务: {{address}}");
  }
}

function sheetOf(workbook: ExcelScript.Workbook, name: string): ExcelScript.Worksheet {
  const sheet = workbook.getWorksheet(name);
  if (!sheet) {
    throw new Error("There is no sheet · 缺少工作表: " + name);
  }
  return sheet;
}

function rangeOf(sheet: ExcelScript.Worksheet | undefined): Cell[][] {
  const used = sheet && sheet.getUsedRange();
  return used ? (used.getValues() as Cell[][]) : [];
}

// Excel counts days from 1899-12-30; a month may also be written as text.
function monthOf(value: Cell): string {
  if (typeof value !== "number") {
    return String(value);
  }
  return new Date(Date.UTC(1899, 11, 30) + value * 86400000).toISOString().slice(0, 7);
}

// "/values/4/2" is the fifth row and third column of what "History data" holds.
function mark(workbook: ExcelScript.Workbook, pointer: string): void {
  const [range, row, column] = pointer.split("/").slice(1);
  const sheet = workbook.getWorksheet(range === "channels" ? "Channels" : "History data");
  const used = sheet && sheet.getUsedRange();
  if (used && row !== undefined && column !== undefined) {
    used.getCell(Number(row), Number(column)).getFormat().getFill().setColor("yellow");
  }
}
