// Typesets one formula a line: reads [formula, displayMode] as JSON, answers {html} or {error}.
const katex = require("katex");

const lines = require("node:readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const [formula, displayMode] = JSON.parse(line);
  let answer;
  try {
    answer = { html: katex.renderToString(formula, { displayMode, strict: "error" }) };
  } catch (error) {
    answer = { error: error.message };
  }
  console.log(JSON.stringify(answer));
});
