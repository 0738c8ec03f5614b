/**
 * Google Sheets > Extensions > Apps Script: paste, save, open the sheet again.
 * =BUDGET("spend", "douyin") and =BUDGET_TABLE() read a plan; the menu "Budget" plans a month from this sheet.
 * The key (role "sheet") is kept in the script's properties, not in any cell.
 */
const SERVICE = "{{address}}";
const KEPT_SECONDS = 300;

function onOpen() {
  SpreadsheetApp.getUi()
    .createMenu("Budget")
    .addItem("Plan the month · 制定本月方案", "planMonth")
    .addItem("Set the key · 设置密钥", "setKey")
    .addToUi();
}

function setKey() {
  const ui = SpreadsheetApp.getUi();
  const answer = ui.prompt("A key of the role sheet · 角色为 sheet 的密钥", ui.ButtonSet.OK_CANCEL);
  if (answer.getSelectedButton() === ui.Button.OK) {
    PropertiesService.getScriptProperties().setProperty("BUDGET_KEY", answer.getResponseText().trim());
  }
}

/**
 * One number of a plan.
 *
 * @param {string} metric What is asked: spend, response, roi, budget, reserve …
 * @param {string=} channel By id or name; left out: the whole plan.
 * @param {string=} plan An id, a month such as 2026-12, or latest.
 * @return {number} The number.
 * @customfunction
 */
function BUDGET(metric, channel, plan) {
  const query = { metric: metric || "spend" };
  if (channel) {
    query.channel = channel;
  }
  return Number(read_(plan, "value", query));
}

/**
 * A plan as a table: a line per channel, the reserve, the budget.
 *
 * @param {string=} plan An id, a month such as 2026-12, or latest.
 * @param {string=} language en or zh.
 * @return {Array<Array<string|number>>} The table.
 * @customfunction
 */
function BUDGET_TABLE(plan, language) {
  const rows = Utilities.parseCsv(read_(plan, "allocations.csv", { lang: language || "en" }));
  return rows.map((row) => row.map((cell) => (cell !== "" && isFinite(cell) ? Number(cell) : cell)));
}

/** The menu's command: sheets "Budget" (B1 month, B2 amount), "History" and, if it is there, "Channels". */
function planMonth() {
  const book = SpreadsheetApp.getActiveSpreadsheet();
  const budget = book.getSheetByName("Budget");
  const month = budget.getRange("B1").getValue();
  const asked = {
    month: month instanceof Date ? day_(month).slice(0, 7) : String(month),
    budget: budget.getRange("B2").getValue(),
    values: range_(book, "History"),
    channels: range_(book, "Channels"),
    answer: "values",
  };
  const response = UrlFetchApp.fetch(SERVICE + "/v1/optimize", {
    method: "post",
    contentType: "application/json",
    payload: JSON.stringify(asked),
    muteHttpExceptions: true,
  });
  const reply = JSON.parse(response.getContentText());
  if (!reply.values) {
    throw new Error(told_(reply));
  }
  const sheet = book.getSheetByName("Plan") || book.insertSheet("Plan");
  sheet.clearContents();
  sheet.getRange(1, 1, reply.values.length, reply.values[0].length).setValues(reply.values);
}

function read_(plan, what, query) {
  const asked = Object.keys(query).map((name) => name + "=" + encodeURIComponent(query[name]));
  const path = "/sheets/" + encodeURIComponent(plan || "latest") + "/" + what + "?" + asked.join("&");
  const cache = CacheService.getScriptCache();
  const known = cache.get(path);
  if (known !== null) {
    return known;
  }
  const key = PropertiesService.getScriptProperties().getProperty("BUDGET_KEY");
  if (!key) {
    throw new Error("Set the key in the menu Budget first. 请先在菜单中设置密钥。");
  }
  const response = UrlFetchApp.fetch(SERVICE + path, {
    headers: { Authorization: "Bearer " + key },
    muteHttpExceptions: true,
  });
  const text = response.getContentText();
  if (response.getResponseCode() !== 200) {
    throw new Error(told_(JSON.parse(text)));
  }
  cache.put(path, text, KEPT_SECONDS);
  return text;
}

function range_(book, name) {
  const sheet = book.getSheetByName(name);
  const rows = sheet ? sheet.getDataRange().getValues() : [];
  return rows.map((row) => row.map((cell) => (cell instanceof Date ? day_(cell) : cell)));
}

/** A day as the sheet shows it: in the sheet's own time zone, which JSON would change. */
function day_(date) {
  const zone = SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetTimeZone();
  return Utilities.formatDate(date, zone, "yyyy-MM-dd");
}

function told_(problem) {
  const faults = (problem.errors || []).map((fault) => fault.message);
  return [problem.detail, ...faults].join("\n");
}
