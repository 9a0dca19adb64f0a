/* The playground's page: files in tabs, findings beside them. The linter runs in a worker. */
import { button, make, root, say } from "./element.js";
import { LIMITS, cleanPath, difference, lineBreak, placer, weight } from "./files.js";
import { entry, item, where } from "./finding.js";
import { droppable, frame, options } from "./frame.js";
import { LONGEST, checked, packed, unpacked } from "./links.js";
import { isHere, keepPage } from "./offline.js";
import { createPicture } from "./picture.js";
import { TookTooLong, employ, limit, run } from "./runner.js";

const sizes = JSON.parse(root.dataset.sizes);
const page = document.documentElement.lang;
const KEPT = "konnektor-playground";

const files = new Map(); // path -> line break
const chosen = { language: page, kubernetes: "", component: "" };
let parts, editor, draw, versions, examples;
let open = null;
let last = null; // what the newest run gave: findings, the texts they are about, the report

function status(text, kind = "") {
  parts.status.textContent = text;
  parts.status.className = `p-status ${kind}`;
}

function choose(name) {
  if (name === "example") {
    if (parts.example.value) load(examples[parts.example.value]);
    return;
  }
  chosen[name] = parts[name].value;
  lint();
}

function showVersions() {
  const none = [["", say("not_stated")]];
  for (const name of ["kubernetes", "component"]) {
    options(parts[name], none.concat(versions[name].map((one) => [one, one])), chosen[name]);
  }
}

function showExamples() {
  const named = Object.entries(examples).map(
    ([name, { titles }]) => [name, titles ? `${name} ${titles[page]}` : say(`example_${name}`)]);
  options(parts.example, [["", say("choose")]].concat(named), "");
}

/* --- files ------------------------------------------------------------------------------------ */

function current() {
  return Object.fromEntries(
    [...files].map(([name, end]) => [name, editor.text(name).replaceAll("\n", end)]));
}

function put(name, text) {
  files.set(name, lineBreak(text));
  editor.set(name, text.replace(/\r\n?/g, "\n"));
}

function load(state) {
  for (const name of files.keys()) editor.remove(name);
  files.clear();
  open = null;
  for (const [name, text] of Object.entries(state.files)) put(name, text);
  chosen.kubernetes = state.kubernetes || "";
  chosen.component = state.component || "";
  showVersions();
  show(files.keys().next().value);
  return lint();
}

function show(name) {
  open = name;
  editor.show(name);
  tabs();
  mark();
}

/* Return what to call a file in a tab: its name, with the folder where others have the same. */
function short(name) {
  const last = (path) => path.split("/").at(-1);
  const alike = [...files.keys()].filter((other) => last(other) === last(name));
  return alike.length > 1 ? name : last(name);
}

function tabs() {
  const inside = (name) => last?.findings.filter((one) => one.location.file === name) ?? [];
  const worst = (list) =>
    ["error", "warning", "info"].find((level) => list.some((one) => one.severity === level));
  const focused = parts.tabs.contains(document.activeElement);
  parts.tabs.replaceChildren(...[...files.keys()].map((name) => {
    const list = inside(name);
    const found = list.length;
    const mark = found ? make("span", { class: `p-count ${worst(list)}` }, String(found)) : "";
    return make("button", {
      type: "button", role: "tab", "aria-selected": String(name === open),
      "aria-controls": "p-editor", tabindex: name === open ? "0" : "-1",
      "aria-label": found ? `${name}, ${say("count", { count: found })}` : name, title: name,
      onclick: () => show(name), onkeydown: step,
    }, short(name), mark);
  }));
  parts.editor.setAttribute("aria-label", open);
  const selected = parts.tabs.querySelector("[aria-selected=true]");
  if (focused) selected.focus();
  parts.tabs.scrollLeft = selected.offsetLeft - parts.tabs.offsetLeft - 40;
}

function step(event) {
  const names = [...files.keys()];
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  show(names[(names.indexOf(open) + by + names.length) % names.length]);
}

function named(proposal) {
  const given = window.prompt(say("name"), proposal);
  if (given === null) return null;
  const name = cleanPath(given);
  if (name === null || (name !== proposal && files.has(name))) {
    status(say("bad_name", { name: given }), "error");
    return null;
  }
  return name;
}

function unused() {
  let number = files.size + 1;
  while (files.has(`manifest-${number}.yaml`)) number += 1;
  return `manifest-${number}.yaml`;
}

function newFile() {
  const name = named(unused());
  if (name === null || !room(1, 0)) return;
  put(name, "");
  show(name);
  editor.view.focus();
}

function rename() {
  const name = named(open);
  if (name === null || name === open) return;
  const texts = Object.entries(current()).map(([old, text]) => [old === open ? name : old, text]);
  for (const old of files.keys()) editor.remove(old);
  files.clear();
  for (const [path, text] of texts) put(path, text);
  show(name);
  lint();
}

function remove(name) {
  editor.remove(name);
  files.delete(name);
  if (files.size === 0) put("manifest-1.yaml", "");
  show(files.keys().next().value);
  lint();
}

function room(more, bytes) {
  const held = editor ? weight(Object.values(current())) : 0;
  const fits = files.size + more <= LIMITS.files && held + bytes <= LIMITS.bytes;
  if (!fits) status(say("too_much", { files: LIMITS.files, size: LIMITS.bytes / 1000 }), "error");
  return fits;
}

async function take(list) {
  const given = [...list];
  if (given.length === 0) return;
  if (isUntouched()) {
    for (const name of [...files.keys()]) { editor.remove(name); files.delete(name); }
    open = null;
  }
  if (room(given.length, given.reduce((sum, file) => sum + file.size, 0))) {
    for (const file of given) {
      let name = cleanPath(file.name) || unused();
      if (files.has(name)) name = `${files.size + 1}-${name}`;
      put(name, await file.text());
    }
  }
  if (files.size === 0) put("manifest-1.yaml", "");
  show([...files.keys()].at(-1));
  await lint();
}

const isUntouched = () => files.size === 1 && editor.text([...files.keys()][0]) === "";

/* --- linting ---------------------------------------------------------------------------------- */

function commandLine(...more) {
  const line = ["--lang", chosen.language, "--color", "never", "--no-progress"];
  if (chosen.kubernetes) line.push("--kubernetes", chosen.kubernetes);
  if (chosen.component) line.push("--component-version", chosen.component);
  return [...line, ...more, "."];
}

const ask = (request) => run(request, () => status(say("starting")));

function complain(error) {
  const slow = error instanceof TookTooLong;
  const fields = { seconds: limit() / 1000, error: error.message };
  status(say(slow ? "limit" : "failed", fields), "error");
}

let timer = null;
let turn = Promise.resolve();
let wanted = 0;

function later() {
  if (last) last.stale = true;
  stale();
  clearTimeout(timer);
  timer = setTimeout(lint, 350);
}

/* Lint once whatever runs now is over; of several wishes only the newest counts. */
function lint() {
  clearTimeout(timer);
  const mine = (wanted += 1);
  turn = turn.then(() => (mine === wanted ? lintNow() : undefined));
  return turn;
}

async function lintNow() {
  const texts = current();
  keep(texts);
  root.setAttribute("aria-busy", "true");
  try {
    const started = performance.now();
    const given = await ask({
      files: texts, arguments: commandLine("--format", "json"), reports: ["html", "text"],
    });
    root.dataset.took = String(Math.round(performance.now() - started));
    if (given.code === 2) {
      status(given.err, "error");
      return;
    }
    last = { ...JSON.parse(given.out), ...given.reports, stale: false };
    render();
  } catch (error) {
    complain(error);
  } finally {
    root.removeAttribute("aria-busy");
  }
}

function keep(texts) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ ...chosen, files: texts }));
  } catch {
    // Too large to be kept for the other languages' pages: nothing is lost on this one.
  }
}

/* Return the lines that end a report in plain text, without the one about options for fixes. */
function summary(text) {
  const lines = text.trimEnd().split("\n\n").at(-1).split("\n");
  if (last.findings.some((one) => one.fix && !one.after)) lines.splice(1, 1);
  return lines;
}

function render() {
  // The report's own styles are taken out first: a policy without inline styles refuses them.
  const [whole, css] = last.html.match(/<style>([^]*?)<\/style>/);
  const html = new DOMParser().parseFromString(last.html.replace(whole, ""), "text/html");
  const [verdict, seen = "", ...notes] = summary(last.text);
  status(verdict, last.summary.errors ? "error" : last.summary.warnings ? "warning" : "ok");
  parts.status.append(make("span", { class: "p-seen" }, ` ${seen}`));
  parts.notes.hidden = notes.length === 0;
  parts.notes.lang = chosen.language;
  parts.notes.firstChild.textContent = say("notes", { count: notes.length });
  parts.notes.lastChild.replaceChildren(...notes.map((line) => make("li", {}, line)));
  parts.list.lang = chosen.language;
  parts.status.lang = chosen.language;
  parts.list.replaceChildren(...
    last.findings.map((one, at) => item(one, at, chosen.language, { go, fix: fixOne })));
  draw(html, css, chosen.language);
  tabs();
  mark();
  stale();
}

function stale() {
  const old = !last || last.stale;
  parts.fixAll.disabled = old || !last.findings.some((one) => one.fix && one.fix.safe);
  for (const one of parts.list.querySelectorAll(".p-fix")) one.disabled = old;
}

function go(at) {
  if (!files.has(at.file)) return;
  if (at.file !== open) show(at.file);
  const find = placer(editor.text(at.file));
  editor.select(find(at.start), find(at.end));
}

/* Point out, in the list, the findings about the line where the cursor is. */
function point(line) {
  const touches = (at) => at.file === open && at.start.line <= line && line <= at.end.line;
  const about = (one) => !last.stale && [one.location, ...one.related].some(touches);
  const here = [...parts.list.children].filter((node, index) => {
    const so = Boolean(last) && about(last.findings[index]);
    node.classList.toggle("p-here", so);
    return so;
  });
  const list = parts.list.getBoundingClientRect();
  const tops = here.map((node) => node.getBoundingClientRect().top - list.top);
  if (tops.length && !tops.some((top) => top >= 0 && top < list.height - 40)) {
    parts.list.scrollTop += tops[0];
  }
}

/* Mark the open file: findings, and the places that belong to findings elsewhere. */
function mark() {
  if (!last || !files.has(open)) return;
  const find = placer(editor.text(open));
  const marks = [];
  for (const one of last.findings) {
    const add = (at, severity, message) => {
      if (at.file !== open) return;
      const from = find(at.start);
      const to = Math.max(find(at.end), from + 1);
      marks.push({ from, to, severity, message, source: one.code });
    };
    const fixes = one.fix && !last.stale
      ? [{ name: say(one.fix.safe ? "fix" : "fix_unsafe"), apply: () => fixOne(one) }] : [];
    add(one.location, one.severity, one.message);
    if (fixes.length && marks.length && one.location.file === open) marks.at(-1).actions = fixes;
    for (const at of one.related) add(at, "hint", at.label || one.title);
  }
  editor.mark(open, marks.sort((a, b) => a.from - b.from));
}

/* Go to the first finding that a part of the report holds. */
function follow(section) {
  const article = section && section.querySelector("article");
  if (!article) return;
  const code = article.querySelector("a").textContent;
  const place = article.querySelector(".label code").textContent;
  const index = last.findings.findIndex(
    (one) => one.code === code && where(one.location) === place);
  const found = document.getElementById(entry(index));
  if (!found) return;
  found.scrollIntoView({ block: "center" });
  found.querySelector(".p-place").focus();
}

/* --- fixes ------------------------------------------------------------------------------------ */

function fixOne(finding) {
  if (!last || last.stale) return;
  const changes = new Map();
  for (const edit of finding.fix.edits) {
    const find = placer(editor.text(edit.file));
    const list = changes.get(edit.file) || changes.set(edit.file, []).get(edit.file);
    list.push({ from: find(edit.start), to: find(edit.end), insert: edit.text });
  }
  for (const [name, list] of changes) {
    editor.change(name, list.sort((a, b) => a.from - b.from));
  }
  return lint();
}

async function fixAll() {
  const before = current();
  try {
    const given = await ask({ files: before, arguments: commandLine("--fix", "--format", "json") });
    for (const [name, text] of Object.entries(given.files)) {
      const change = difference(editor.text(name), text.replace(/\r\n?/g, "\n"));
      editor.change(name, [change]);
    }
  } catch (error) {
    complain(error);
    return;
  }
  await lint();
}

/* --- what leaves the page: only by the reader's hand ------------------------------------------- */

async function share() {
  const { kubernetes, component } = chosen;
  const fragment = await packed({ files: current(), kubernetes, component });
  if (fragment === null) {
    status(say("link_too_long", { size: LONGEST / 1000 }), "error");
    return;
  }
  const link = new URL(`#${fragment}`, location.href.split(/[?#]/)[0]).href;
  const field = make("input", { type: "text", readonly: true, value: link, id: "p-link" });
  const label = make("label", { for: "p-link" }, say("link_hint"));
  parts.links.replaceChildren(label, field);
  field.focus();
  field.select();
  await navigator.clipboard?.writeText(link).catch(() => undefined);
}

function offer(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

async function save(format) {
  try {
    const given = await ask({ files: current(), arguments: commandLine("--format", format) });
    const type = format === "html" ? "text/html" : "application/json";
    offer(`konnektor-lint.${format}`, given.out, type);
  } catch (error) {
    complain(error);
  }
}

function saveFile() {
  offer(open.split("/").at(-1), current()[open], "text/yaml");
}

/* --- the start -------------------------------------------------------------------------------- */

/* Return what to show first: what a link carries, an example, what was here before. */
async function first() {
  const fragment = location.hash.slice(1);
  if (fragment) {
    const state = await unpacked(fragment);
    if (state) return taken({ ...state, files: Object.fromEntries(state.files) });
    bad = fragment.startsWith("v1.");
  }
  const name = new URLSearchParams(location.search).get("example");
  if (name && Object.hasOwn(examples, name)) return taken(examples[name]);
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
    const state = checked(kept);
    if (state) return { ...state, files: Object.fromEntries(state.files) };
  } catch {
    // Nothing that can be used.
  }
  return examples.broken;
}

/* What an address asked for is shown now: loading the page again must not undo what follows. */
function taken(state) {
  history.replaceState(null, "", location.pathname);
  return state;
}

let bad = false; // whether the address holds a link that cannot be read

async function start() {
  const bar = make("progress", { max: "1", value: "0", "aria-label": say("loading") });
  const note = make("p", { role: "status" }, say("loading"));
  root.replaceChildren(note, bar);
  const began = performance.now();
  try {
    const progress = (part) => {
      bar.value = part;
      note.textContent =
        part < 1 ? `${say("loading")} ${Math.floor(part * 100)} %` : say("starting");
    };
    const [about, { createEditor }, response] = await Promise.all([
      employ(progress), import("./editor.js"), fetch(new URL("examples.json", import.meta.url)),
    ]);
    versions = about;
    examples = await response.json();
    parts = frame({
      choose, newFile, rename, take, fixAll, share, save, saveFile, remove: () => remove(open),
    }, page);
    droppable(take);
    draw = createPicture(parts.picture, follow);
    editor = createEditor(parts.editor, {
      changed: later,
      moved: point,
      label: (name) => say("editor", { name }),
      phrases: {
        "Fold line": say("fold"), "Unfold line": say("unfold"), "folded code": say("folded"),
        unfold: say("unfold"), "Control character": say("control_character"),
        "No diagnostics": say("findings"),
      },
    });
    showVersions();
    showExamples();
    root.dataset.ready = String(Math.round(performance.now() - began));
    await load(await first());
    if (bad) status(say("bad_link"), "error");
    root.dataset.found = String(Math.round(performance.now() - began));
    keepPage(Object.keys(sizes).filter((name) => /\.m?js$/.test(name)), () => {
      root.dataset.offline = "";
    });
    new MutationObserver(() => last && render()).observe(
      document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
    window.addEventListener("hashchange", async () => {
      if (location.hash.startsWith("#v1.")) load(await first());
    });
  } catch (error) {
    root.replaceChildren(
      make("p", { role: "alert" }, say("not_started", { error: error.message })),
      button("start", start));
  }
}

const size = Object.values(sizes).reduce((sum, one) => sum + one, 0);
root.replaceChildren(
  make("p", {}, say("size", { size: Math.round(size / 1e6) })),
  button("start", start, { class: "md-button md-button--primary" }));
isHere().then((here) => here && start());
