// An Office Script under Node: checked and compiled by TypeScript, the workbook stands in, fetch goes out.
const fs = require("fs");
const ts = require("typescript");
const given = JSON.parse(fs.readFileSync(0, "utf8"));
const HOST = `
declare namespace ExcelScript {
  interface Fill { setColor(color: string): void; }
  interface Format { getFill(): Fill; }
  interface Range {
    getValue(): string | number | boolean;
    getValues(): (string | number | boolean)[][];
    setValues(values: (string | number | boolean)[][]): void;
    getCell(row: number, column: number): Range;
    getFormat(): Format;
    clear(): void;
  }
  interface Worksheet {
    getRange(address: string): Range;
    getUsedRange(): Range | undefined;
    getRangeByIndexes(row: number, column: number, rows: number, columns: number): Range;
    activate(): void;
  }
  interface Workbook {
    getWorksheet(name: string): Worksheet | undefined;
    addWorksheet(name: string): Worksheet;
    getApplication(): { getCultureInfo(): { getName(): string } };
  }
}
interface Answer { json(): Promise<any>; }
declare function fetch(url: string, asked: { method: string; headers: object; body: string }): Promise<Answer>;
`;

function faults(code) {
  const files = { "script.ts": code, "host.d.ts": HOST };
  const options = { target: ts.ScriptTarget.ES2020, lib: ["lib.es2020.d.ts"], noImplicitAny: true, types: [] };
  const host = ts.createCompilerHost(options);
  const known = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...more) =>
    name in files ? ts.createSourceFile(name, files[name], options.target) : known(name, ...more);
  const program = ts.createProgram(Object.keys(files), options, host);
  return ts.getPreEmitDiagnostics(program).map((d) => ts.flattenDiagnosticMessageText(d.messageText, " "));
}

const sheets = given.sheets;
const marked = [];
function cells(name) {
  const at = (address) => [Number(address.slice(1)) - 1, address.charCodeAt(0) - 65];
  const range = (row, column, rows, columns) => ({
    getValue: () => sheets[name][row][column],
    getValues: () => sheets[name],
    setValues: (values) => {
      if (values.length !== rows || values.some((line) => line.length !== columns)) throw new Error("size");
      sheets[name] = values;
    },
    getCell: (r, c) => range(r, c, 1, 1),
    getFormat: () => ({ getFill: () => ({ setColor: (color) => marked.push([name, row, column, color]) }) }),
    clear: () => (sheets[name] = []),
  });
  return {
    getRange: (address) => range(...at(address), 1, 1),
    getUsedRange: () => (sheets[name].length ? range(0, 0) : undefined),
    getRangeByIndexes: range,
    activate: () => {},
  };
}
const workbook = {
  getApplication: () => ({ getCultureInfo: () => ({ getName: () => given.locale || "en-US" }) }),
  getWorksheet: (name) => (name in sheets ? cells(name) : undefined),
  addWorksheet: (name) => ((sheets[name] = []), cells(name)),
};

const found = given.check ? faults(given.code) : [];
const compiled = ts.transpileModule(given.code, { compilerOptions: { target: ts.ScriptTarget.ES2020 } }).outputText;
new Function(compiled + "\nreturn main;")()(workbook)
  .then(() => null, (error) => error.message)
  .then((error) => console.log(JSON.stringify({ faults: found, error, sheets, marked })));
