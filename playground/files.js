/* Files and places in them, as the linter counts: lines and columns from 1, columns in characters,
   not in the halves of which JavaScript's strings are made. */

export const LIMITS = { files: 50, bytes: 1_000_000 };

const BREAK = /\r\n|[\r\n\x85\u2028\u2029]/g;

/* Return a path that stays inside a folder, or null. */
export function cleanPath(name) {
  const parts = String(name).replace(/\\/g, "/").split("/").filter((part) => part && part !== ".");
  const path = parts.join("/");
  const bad = parts.length === 0 || parts.includes("..") || /[\x00-\x1f\x7f]/.test(path);
  return bad || path.length > 200 ? null : path;
}

export function lineBreak(text) {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/* Return a function that gives the offset of a line and column in a text. */
export function placer(text) {
  const starts = [0];
  for (const found of text.matchAll(BREAK)) starts.push(found.index + found[0].length);
  return ({ line, column }) => {
    if (line > starts.length) return text.length;
    let at = starts[line - 1];
    for (let left = column - 1; left > 0 && at < text.length; left -= 1) {
      at += text.codePointAt(at) > 0xffff ? 2 : 1;
    }
    return at;
  };
}

/* Return the one change that makes a text of another, as small as common ends allow. */
export function difference(before, after) {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

/* Return how large files are, in bytes of UTF-8. */
export function weight(texts) {
  const coder = new TextEncoder();
  return texts.reduce((sum, text) => sum + coder.encode(text).length, 0);
}
