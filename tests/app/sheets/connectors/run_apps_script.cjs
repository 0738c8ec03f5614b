// A Google Apps Script under Node: the host's objects stand in, its calls go to the live service.
const { execFileSync } = require("child_process");
const fs = require("fs");
const vm = require("vm");
const given = JSON.parse(fs.readFileSync(0, "utf8"));
const fetched = [];
const cached = {};
const properties = {};
const menu = [];
const alerts = [];
const marked = [];
const sheets = {};
for (const [name, rows] of Object.entries(given.sheets)) {
  sheets[name] = rows.map((row) => row.map((cell) => (cell && cell.day ? new Date(cell.day) : cell)));
}

const CALL = `const [url, options] = JSON.parse(process.argv[1]);
fetch(url, options).then(async (r) => console.log(JSON.stringify([r.status, await r.text()])),
  () => console.log("[0, null]"));`;

const UrlFetchApp = {
  fetch(url, options) {
    fetched.push(url);
    const headers = { ...(options.headers || {}) };
    if (options.contentType) headers["Content-Type"] = options.contentType;
    const asked = { method: (options.method || "get").toUpperCase(), headers, body: options.payload };
    const [status, text] = JSON.parse(execFileSync(process.execPath, ["-e", CALL, JSON.stringify([url, asked])]));
    if (status === 0) throw new Error("DNS error");
    if (status >= 400 && !options.muteHttpExceptions) throw new Error("Request failed: " + status);
    return { getResponseCode: () => status, getContentText: () => text };
  },
};

function sheet(name) {
  if (!(name in sheets)) return null;
  return {
    getRange: (at, column, rows, columns) => ({
      setBackground: (color) => marked.push([name, at, column, color]),
      getValue: () => sheets[name][Number(at.slice(1)) - 1][at.charCodeAt(0) - 65],
      setValues: (values) => {
        if (values.length !== rows || values.some((row) => row.length !== columns)) throw new Error("size");
        sheets[name] = values;
      },
    }),
    getDataRange: () => ({ getValues: () => sheets[name] }),
    clearContents: () => (sheets[name] = []),
  };
}

const book = {
  getSheetByName: sheet,
  insertSheet: (name) => ((sheets[name] = []), sheet(name)),
  getSpreadsheetTimeZone: () => given.zone,
};
const ui = {
  createMenu: (title) => ({
    addItem(text, name) {
      menu.push(name);
      return this;
    },
    addToUi: () => menu.unshift(title),
  }),
  ButtonSet: { OK_CANCEL: 1 },
  Button: { OK: 1 },
  alert: (title, text) => alerts.push(text),
  prompt: () => ({ getSelectedButton: () => 1, getResponseText: () => ` ${given.key} ` }),
};
const host = {
  UrlFetchApp,
  SpreadsheetApp: { getUi: () => ui, getActiveSpreadsheet: () => book },
  Session: { getActiveUserLocale: () => given.locale || "en" },
  PropertiesService: {
    getScriptProperties: () => ({
      setProperty: (name, value) => (properties[name] = value),
      getProperty: (name) => (name in properties ? properties[name] : null),
    }),
  },
  CacheService: {
    getScriptCache: () => ({
      get(name) {
        if (name.length > 250) throw new Error("Argument too large");
        return name in cached ? cached[name] : null;
      },
      put(name, value) {
        if (name.length > 250 || Buffer.byteLength(value) > 102400) throw new Error("Argument too large");
        cached[name] = value;
      },
    }),
  },
  Utilities: {
    formatDate: (date, zone) => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(date),
    parseCsv: (text) => text.trim().split(/\r?\n/).map((line) => line.split(",")),
  },
  Date,
};

const context = vm.createContext(host);
vm.runInContext(given.code, context);
const answers = given.calls.map(([name, ...values]) => {
  try {
    return vm.runInContext(name, context)(...values);
  } catch (error) {
    return { error: error.message };
  }
});
console.log(JSON.stringify({ answers, sheets, menu, properties, fetched, alerts, marked }));
