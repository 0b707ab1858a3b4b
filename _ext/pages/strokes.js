// Sorts Chinese words by strokes, as the indexes of Taiwanese books do, and says how many strokes the
// first character of each has. The order is CLDR's for zh-Hant. Before the characters of n strokes
// it has a mark, U+FDD0 with U+2800 + n, so that indexes get their headings.
const { readFileSync } = require("node:fs");

const MOST = 64;
const { compare } = new Intl.Collator("zh-Hant-u-co-stroke");
const mark = (count) => `\uFDD0${String.fromCharCode(0x2800 + count)}`;

function strokes(word) {
  if (!/^\p{Script=Han}/u.test(word)) return 0;
  let count = 1;
  while (count < MOST && compare(mark(count + 1), word[0]) <= 0) count += 1;
  return count;
}

const words = JSON.parse(readFileSync(0, "utf8")).map((word) => [word, strokes(word)]);
words.sort(([one, few], [other, many]) => few - many || compare(one, other));
process.stdout.write(JSON.stringify(words));
