/* The playground's page: files in tabs, findings beside them. The linter runs in a worker. */
import { LIMITS, cleanPath, difference, lineBreak, placer, weight } from "./files.js";
import { LONGEST, checked, packed, unpacked } from "./links.js";

const root = document.getElementById("playground");
const words = JSON.parse(root.dataset.words);
const sizes = JSON.parse(root.dataset.sizes);
const page = document.documentElement.lang;
const HERE = new URL("./", import.meta.url);
const SITE = new URL("../../../", HERE);
const CACHE = "konnektor-playground";
const KEPT = "konnektor-playground";
const SIGNS = { error: "✗", warning: "!", info: "i" };

const files = new Map(); // path -> line break
const chosen = { language: page, kubernetes: "", component: "" };
let editor, worker, versions, examples;
let open = null;
let last = null; // what the newest run gave: findings, the texts they are about, the report
let asked = 0;
const waiting = new Map();

/* --- small helpers ---------------------------------------------------------------------------- */

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

function say(key, fields = {}) {
  return words[key].replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);
}

const button = (key, onclick, more = {}) =>
  make("button", { type: "button", class: "md-button", onclick, ...more }, say(key));

function status(text, kind = "") {
  parts.status.textContent = text;
  parts.status.className = `p-status ${kind}`;
}

/* --- the frame -------------------------------------------------------------------------------- */

const parts = {};

function frame() {
  const select = (key, name) => {
    const id = `p-${name}`;
    parts[name] = make("select", { id, onchange: () => choose(name) });
    return make("div", { class: "p-field" }, make("label", { for: id }, say(key)), parts[name]);
  };
  parts.tabs = make("div", { class: "p-tabs", role: "tablist", "aria-label": say("files") });
  parts.editor = make("div", { class: "p-editor", role: "tabpanel", id: "p-editor" });
  parts.status = make("p", { class: "p-status", role: "status" });
  parts.list = make("ol", { class: "p-findings", "aria-label": say("findings") });
  parts.picture = make("div", { class: "p-picture" });
  parts.upload = make("input", {
    type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-label": say("add_files"),
    onchange: () => take(parts.upload.files).then(() => (parts.upload.value = "")),
  });
  parts.fixAll = button("fix_all", fixAll, { disabled: true });
  parts.links = make("div", { class: "p-share" });
  root.replaceChildren(
    make("div", { class: "p-bar" },
      select("example", "example"), select("language", "language"),
      select("kubernetes", "kubernetes"), select("component", "component")),
    make("div", { class: "p-columns" },
      make("section", { class: "p-left", "aria-label": say("files") },
        make("div", { class: "p-bar" },
          button("new_file", newFile), button("add_files", () => parts.upload.click()),
          button("rename", rename), button("remove", () => remove(open)), parts.upload),
        parts.tabs, parts.editor, make("p", { class: "p-hint" }, say("keys"))),
      make("section", { class: "p-right", "aria-label": say("findings") },
        make("div", { class: "p-bar" }, parts.fixAll, button("share", share),
          button("save_sarif", () => save("sarif")), button("save_html", () => save("html")),
          button("save_file", saveFile)),
        parts.links, parts.status, parts.list)),
    parts.picture,
  );
  for (const kind of ["dragover", "drop"]) {
    root.addEventListener(kind, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      if (kind === "drop") take(event.dataTransfer.files);
    });
  }
  options(parts.language, [["de", "Deutsch"], ["en", "English"], ["it", "Italiano"]], page);
}

function options(select, pairs, value) {
  select.replaceChildren(...pairs.map(([key, text]) => make("option", { value: key }, text)));
  if (value && !pairs.some(([key]) => key === value)) {
    select.append(make("option", { value }, value));
  }
  select.value = value;
}

function choose(name) {
  if (name === "example") {
    if (parts.example.value) load(examples[parts.example.value]);
    return;
  }
  chosen[name] = parts[name].value;
  lint();
}

function showChoices() {
  const none = [["", say("not_stated")]];
  for (const name of ["kubernetes", "component"]) {
    options(parts[name], none.concat(versions[name].map((one) => [one, one])), chosen[name]);
  }
  const named = Object.keys(examples).map((name) => [name, name]);
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
  options(parts.kubernetes, optionsOf(parts.kubernetes), chosen.kubernetes);
  options(parts.component, optionsOf(parts.component), chosen.component);
  show(files.keys().next().value);
  return lint();
}

const optionsOf = (select) => [...select.options].map((item) => [item.value, item.text]);

function show(name) {
  open = name;
  editor.show(name);
  tabs();
  mark();
}

function tabs() {
  const count = (name) =>
    last ? last.findings.filter((one) => one.location.file === name).length : 0;
  const focused = parts.tabs.contains(document.activeElement);
  parts.tabs.replaceChildren(...[...files.keys()].map((name) => {
    const found = count(name);
    const mark = found ? make("span", { class: "p-count" }, String(found)) : "";
    return make("button", {
      type: "button", role: "tab", "aria-selected": String(name === open),
      "aria-controls": "p-editor", tabindex: name === open ? "0" : "-1",
      "aria-label": found ? `${name}, ${say("count", { count: found })}` : name,
      onclick: () => show(name), onkeydown: step,
    }, name, mark);
  }));
  parts.editor.setAttribute("aria-label", open);
  const selected = parts.tabs.querySelector("[aria-selected=true]");
  if (selected && focused) selected.focus();
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

/* --- the worker ------------------------------------------------------------------------------- */

function limit() {
  return Number(root.dataset.limit || 20_000);
}

function employ(progress) {
  return new Promise((ready, failed) => {
    worker = new Worker(new URL("worker.js", HERE), { type: "module" });
    worker.onerror = (event) => failed(new Error(event.message || "worker"));
    worker.onmessage = ({ data }) => {
      if (data.progress !== undefined) progress(data.progress);
      else if (data.ready) ready(data.ready);
      else if (data.id === undefined) failed(new Error(data.failed));
      else settle(data);
    };
    worker.postMessage({ sizes });
  });
}

function settle(data) {
  const entry = waiting.get(data.id);
  if (!entry) return;
  waiting.delete(data.id);
  clearTimeout(entry.timer);
  if (data.failed) entry.reject(new Error(data.failed));
  else entry.resolve(data.answer);
}

/* Run a command line on the files. What takes too long is ended with its worker. */
async function run(request) {
  if (!worker) {
    status(say("starting"));
    await employ(() => {});
  }
  return new Promise((resolve, reject) => {
    const id = (asked += 1);
    const timer = setTimeout(() => {
      worker.terminate();
      worker = null;
      for (const entry of waiting.values()) {
        clearTimeout(entry.timer);
        entry.reject(new Error("limit"));
      }
      waiting.clear();
    }, limit());
    waiting.set(id, { resolve, reject, timer });
    worker.postMessage({ id, request });
  });
}

function commandLine(...more) {
  const line = ["--lang", chosen.language, "--color", "never", "--no-progress"];
  if (chosen.kubernetes) line.push("--kubernetes", chosen.kubernetes);
  if (chosen.component) line.push("--component-version", chosen.component);
  return [...line, ...more, "."];
}

/* --- linting ---------------------------------------------------------------------------------- */

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
    const given = await run({
      files: texts, arguments: commandLine("--format", "json"), reports: ["html"],
    });
    root.dataset.took = String(Math.round(performance.now() - started));
    if (given.code === 2) {
      status(given.err, "error");
      return;
    }
    last = { ...JSON.parse(given.out), texts, html: given.reports.html, stale: false };
    render();
  } catch (error) {
    const slow = error.message === "limit";
    status(slow ? say("limit", { seconds: limit() / 1000 }) : say("failed", { error: error.message }), "error");
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

function render() {
  // The report's own styles are taken out first: a policy without inline styles refuses them.
  const [whole, css] = last.html.match(/<style>([^]*?)<\/style>/);
  const html = new DOMParser().parseFromString(last.html.replace(whole, ""), "text/html");
  status(html.querySelector("main > p").textContent,
    last.summary.errors ? "error" : last.summary.warnings ? "warning" : "ok");
  parts.list.lang = chosen.language;
  parts.status.lang = chosen.language;
  parts.list.replaceChildren(...last.findings.map(item));
  picture(html, css);
  tabs();
  mark();
  stale();
}

function stale() {
  const old = !last || last.stale;
  parts.fixAll.disabled = old || !last.findings.some((one) => one.fix && one.fix.safe);
  for (const one of parts.list.querySelectorAll(".p-fix")) one.disabled = old;
}

const where = (at) => `${at.file}:${at.start.line}:${at.start.column}`;

function item(finding, index) {
  const place = (at, label) =>
    make("button", { type: "button", class: "p-place", onclick: () => go(at) },
      make("code", {}, where(at)), label ? ` ${label}` : "");
  const address = new URL(
    `${chosen.language}/lint/rules/${finding.code.toLowerCase()}/`, SITE).href;
  const fix = finding.fix && button(finding.fix.safe ? "fix" : "fix_unsafe", () => fixOne(finding), {
    class: "md-button p-fix",
  });
  return make("li", { class: `p-finding ${finding.severity}`, id: `p-finding-${index}` },
    make("p", {},
      make("span", { class: "p-sign", "aria-hidden": "true" }, SIGNS[finding.severity]), " ",
      make("strong", {}, say(finding.severity)), " ",
      make("a", { href: address, target: "_blank", rel: "noopener" }, finding.code), " ",
      finding.message),
    place(finding.location), ...finding.related.map((at) => place(at, at.label)),
    ...(finding.help ? [make("p", { class: "p-help" }, finding.help)] : []),
    ...(fix ? [fix] : []));
}

function go(at) {
  if (!files.has(at.file)) return;
  if (at.file !== open) show(at.file);
  const find = placer(editor.text(at.file));
  editor.select(find(at.start), find(at.end));
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
      marks.push({ from, to: Math.max(find(at.end), from + 1), severity, message, source: one.code });
    };
    const fixes = one.fix && !last.stale
      ? [{ name: say(one.fix.safe ? "fix" : "fix_unsafe"), apply: () => fixOne(one) }] : [];
    add(one.location, one.severity, one.message);
    if (fixes.length && marks.length && one.location.file === open) marks.at(-1).actions = fixes;
    for (const at of one.related) add(at, "hint", at.label || one.title);
  }
  editor.mark(open, marks.sort((a, b) => a.from - b.from));
}

/* --- the picture ------------------------------------------------------------------------------ */

let canvas = null;

function scheme() {
  return document.body.dataset.mdColorScheme === "slate" ? "all" : "not all";
}

function picture(html, style) {
  canvas ??= parts.picture.attachShadow({ mode: "open" });
  const css = style.replaceAll("(prefers-color-scheme: dark)", scheme());
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css + "main { padding: 0 !important; max-width: none !important; }");
  canvas.adoptedStyleSheets = [sheet];
  const body = make("div", { class: "k", lang: chosen.language });
  for (const drawing of html.querySelectorAll("svg.wide, svg.tall")) {
    body.append(document.importNode(drawing, true));
  }
  for (const link of body.querySelectorAll("a")) {
    const section = html.querySelector(link.getAttribute("href"));
    link.addEventListener("click", (event) => {
      event.preventDefault();
      follow(section);
    });
  }
  canvas.replaceChildren(body);
}

/* Go to the first finding that a part of the report holds. */
function follow(section) {
  const article = section && section.querySelector("article");
  if (!article) return;
  const code = article.querySelector("a").textContent;
  const place = article.querySelector(".label code").textContent;
  const index = last.findings.findIndex(
    (one) => one.code === code && where(one.location) === place);
  const found = document.getElementById(`p-finding-${index}`);
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
    const given = await run({ files: before, arguments: commandLine("--fix", "--format", "json") });
    for (const [name, text] of Object.entries(given.files)) {
      const change = difference(editor.text(name), text.replace(/\r\n?/g, "\n"));
      editor.change(name, [change]);
    }
  } catch (error) {
    status(say(error.message === "limit" ? "limit" : "failed",
      { seconds: limit() / 1000, error: error.message }), "error");
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
    const given = await run({ files: current(), arguments: commandLine("--format", format) });
    const type = format === "html" ? "text/html" : "application/json";
    offer(`konnektor-lint.${format}`, given.out, type);
  } catch (error) {
    status(say("failed", { error: error.message }), "error");
  }
}

function saveFile() {
  offer(open.split("/").at(-1), current()[open], "text/yaml");
}

/* --- the start -------------------------------------------------------------------------------- */

async function isHere() {
  try {
    const cache = await caches.open(CACHE);
    return Boolean(await cache.match(new URL("pyodide.asm.wasm", HERE).href));
  } catch {
    return false;
  }
}

async function serve() {
  if (!navigator.serviceWorker) return;
  const script = new URL("playground-service.js", SITE);
  const own = new URL("./", location.href.split(/[?#]/)[0]);
  try {
    for (const scope of [HERE, own]) {
      await navigator.serviceWorker.register(script, { scope: scope.pathname });
    }
    const { active } = await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
    const mine = loaded.filter((url) => url.startsWith(SITE.href) && !url.includes("?"));
    const rest = ["files.js", "links.js", "worker.js", "pyodide.mjs"].map((name) => new URL(name, HERE).href);
    const answered = new MessageChannel();
    answered.port1.onmessage = () => (root.dataset.offline = "");
    active.postMessage([...new Set([own.href, ...mine, ...rest])], [answered.port2]);
  } catch {
    // Without it the page works as well, as long as there is a network.
  }
}

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
      note.textContent = part < 1 ? `${say("loading")} ${Math.floor(part * 100)} %` : say("starting");
    };
    const [about, { createEditor }, response] = await Promise.all([
      employ(progress), import("./editor.js"), fetch(new URL("examples.json", HERE)),
    ]);
    versions = about;
    examples = await response.json();
    frame();
    editor = createEditor(parts.editor, {
      changed: later,
      label: (name) => say("editor", { name }),
      phrases: {
        "Fold line": say("fold"), "Unfold line": say("unfold"), "folded code": say("folded"),
        unfold: say("unfold"), "Control character": say("control_character"),
        "No diagnostics": say("findings"),
      },
    });
    showChoices();
    root.dataset.ready = String(Math.round(performance.now() - began));
    await load(await first());
    if (bad) status(say("bad_link"), "error");
    root.dataset.found = String(Math.round(performance.now() - began));
    serve();
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
