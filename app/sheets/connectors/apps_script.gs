/**
 * Google Sheets > Extensions > Apps Script: paste, save, open the sheet again.
 * =BUDGET("spend", "douyin") and =BUDGET_TABLE() read a plan; the menu "Budget" plans a month from this sheet.
 * The key (role "sheet") is kept in the script's properties, not in any cell.
 */
const SERVICE = "{{address}}";
const KEPT_SECONDS = 300;
const LONGEST_NAME = 250; // limits of Google's cache: letters of a name, bytes of a value
const LONGEST_VALUE = 100000;

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
 * One number of a plan, or a column of them.
 *
 * @param {string} metric What is asked: spend, response, roi, budget, reserve … or 花费, 预算 …
 * @param {string|Array<Array<string>>=} channel By id or name, one or a range; left out: the whole plan.
 * @param {string=} plan An id, a month such as 2026-12, or latest.
 * @return {number|Array<Array<number|string>>} The number; "—" in a range where there is none.
 * @customfunction
 */
function BUDGET(metric, channel, plan) {
  if (Array.isArray(channel)) {
    return channel.map((row) => row.map((one) => (one === "" ? "" : numberOrDash_(metric, one, plan))));
  }
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
 * @param {string=} language en or zh; left out: your own.
 * @return {Array<Array<string|number>>} The table.
 * @customfunction
 */
function BUDGET_TABLE(plan, language) {
  const rows = Utilities.parseCsv(read_(plan, "allocations.csv", { lang: language || language_() }));
  return rows.map((row) => row.map((cell) => (cell !== "" && isFinite(cell) ? Number(cell) : cell)));
}

/** The menu's command: sheets "Budget" (B1 month, B2 amount), "History data" and, if it is there, "Channels". */
function planMonth() {
  const book = SpreadsheetApp.getActiveSpreadsheet();
  try {
    const rows = planned_(book);
    const sheet = book.getSheetByName("Plan") || book.insertSheet("Plan");
    sheet.clearContents();
    sheet.getRange(1, 1, rows.length, rows[0].length).setValues(rows);
  } catch (error) {
    (error.faults || []).forEach((fault) => mark_(book, fault.pointer));
    const ui = SpreadsheetApp.getUi();
    ui.alert("Budget", error.message, ui.ButtonSet.OK);
  }
}

function planned_(book) {
  const budget = sheet_(book, "Budget");
  const month = budget.getRange("B1").getValue();
  const asked = {
    month: month instanceof Date ? day_(month).slice(0, 7) : String(month),
    budget: budget.getRange("B2").getValue(),
    values: range_(sheet_(book, "History data")),
    channels: range_(book.getSheetByName("Channels")),
    answer: "values",
  };
  const body = { method: "post", contentType: "application/json", payload: JSON.stringify(asked) };
  return JSON.parse(ask_("/v1/optimize?lang=" + language_(), body)).values;
}

function numberOrDash_(metric, channel, plan) {
  try {
    return BUDGET(metric, channel, plan);
  } catch (error) {
    if (error.status !== 404) {
      throw error;
    }
    return "—";
  }
}

function read_(plan, what, query) {
  const asked = Object.keys(query).map((name) => name + "=" + encodeURIComponent(query[name]));
  const path = "/sheets/" + encodeURIComponent(plan || "latest") + "/" + what + "?" + asked.join("&");
  const cache = CacheService.getScriptCache();
  const known = path.length <= LONGEST_NAME ? cache.get(path) : null;
  if (known !== null) {
    return known;
  }
  const key = PropertiesService.getScriptProperties().getProperty("BUDGET_KEY");
  if (!key) {
    throw new Error("Set the key in the menu Budget first. 请先在菜单中设置密钥。");
  }
  const text = ask_(path, { headers: { Authorization: "Bearer " + key } });
  if (path.length <= LONGEST_NAME && 3 * text.length < LONGEST_VALUE) {
    cache.put(path, text, KEPT_SECONDS);
  }
  return text;
}

/** The text of a good answer; otherwise an error with the service's own words and the faults it lists. */
function ask_(path, options) {
  let response;
  try {
    response = UrlFetchApp.fetch(SERVICE + path, Object.assign({ muteHttpExceptions: true }, options));
  } catch (error) {
    throw new Error("The service cannot be reached · 无法连接服务: " + SERVICE);
  }
  const text = response.getContentText();
  if (response.getResponseCode() === 200) {
    return text;
  }
  throw problem_(response.getResponseCode(), text);
}

function problem_(status, text) {
  let problem;
  try {
    problem = JSON.parse(text);
  } catch (error) {
    problem = { detail: "The service answered · 服务返回: " + status };
  }
  const faults = problem.errors || [];
  const lines = faults.length ? faults.map((fault) => fault.message) : [problem.detail];
  return Object.assign(new Error(lines.join("\n")), { status, faults });
}

function sheet_(book, name) {
  const sheet = book.getSheetByName(name);
  if (!sheet) {
    throw new Error("There is no sheet · 缺少工作表: " + name);
  }
  return sheet;
}

function range_(sheet) {
  const rows = sheet ? sheet.getDataRange().getValues() : [];
  return rows.map((row) => row.map((cell) => (cell instanceof Date ? day_(cell) : cell)));
}

/** "/values/4/2" is the fifth row and third column of "History data". */
function mark_(book, pointer) {
  const [range, row, column] = pointer.split("/").slice(1);
  const sheet = book.getSheetByName(range === "channels" ? "Channels" : "History data");
  if (sheet && row !== undefined && column !== undefined) {
    sheet.getRange(Number(row) + 1, Number(column) + 1).setBackground("yellow");
  }
}

/** A day as the sheet shows it: in the sheet's own time zone, which JSON would change. */
function day_(date) {
  const zone = SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetTimeZone();
  return Utilities.formatDate(date, zone, "yyyy-MM-dd");
}

function language_() {
  return Session.getActiveUserLocale().startsWith("zh") ? "zh" : "en";
}
