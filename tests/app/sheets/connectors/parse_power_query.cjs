// Microsoft's own lexer and parser over texts in M: for each, null or what is wrong.
const { DefaultSettings, TaskUtils } = require("@microsoft/powerquery-parser");
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));

async function fault(text) {
  const task = await TaskUtils.tryLexParse(DefaultSettings, text);
  return TaskUtils.isParseStageOk(task) ? null : String(task.error.message || task.error);
}

Promise.all(given.texts.map(fault)).then((faults) => console.log(JSON.stringify({ faults })));
