// Excel > Automate > New Script: plans the month from this workbook and fills the sheet "Plan".
// Sheets: "Budget" (month in B1, amount in B2), "History" (header in its first row), and, if you like, "Channels"
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
  const budget = workbook.getWorksheet("Budget");
  const asked = {
    month: monthOf(budget.getRange("B1").getValue() as Cell),
    budget: budget.getRange("B2").getValue() as Cell,
    values: rangeOf(workbook, "History"),
    channels: rangeOf(workbook, "Channels"),
    answer: "values",
  };
  const response = await fetch("{{address}}/v1/optimize", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(asked),
  });
  const reply: Reply = await response.json();
  if (!reply.values) {
    const faults = reply.errors || [];
    faults.forEach((fault) => mark(workbook, fault.pointer));
    throw new Error([reply.detail || "", ...faults.map((fault) => fault.message)].join("\n"));
  }
  const sheet = workbook.getWorksheet("Plan") || workbook.addWorksheet("Plan");
  const old = sheet.getUsedRange();
  if (old) {
    old.clear();
  }
  sheet.getRangeByIndexes(0, 0, reply.values.length, reply.values[0].length).setValues(reply.values);
  sheet.activate();
}

function rangeOf(workbook: ExcelScript.Workbook, name: string): Cell[][] {
  const sheet = workbook.getWorksheet(name);
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

// "/values/4/2" is the fifth row and third column of what "History" holds.
function mark(workbook: ExcelScript.Workbook, pointer: string): void {
  const [range, row, column] = pointer.split("/").slice(1);
  const sheet = workbook.getWorksheet(range === "channels" ? "Channels" : "History");
  const used = sheet && sheet.getUsedRange();
  if (used && row !== undefined && column !== undefined) {
    used.getCell(Number(row), Number(column)).getFormat().getFill().setColor("yellow");
  }
}
