/* The parts of the page, before anything is in them. */
import { button, make, root, say } from "./element.js";

const LANGUAGES = [["de", "Deutsch"], ["en", "English"], ["it", "Italiano"]];

/* Fill a select with [value, text]; a value that is none of them is added. */
export function options(select, pairs, value) {
  const all = pairs.some(([key]) => key === value) ? pairs : [...pairs, [value, value]];
  select.replaceChildren(...all.map(([key, text]) => make("option", { value: key }, text)));
  select.value = value;
}

/* Put the parts on the page and return them by name. `act` holds what the reader can do. */
export function frame(act, language) {
  const parts = {
    tabs: make("div", { class: "p-tabs", role: "tablist", "aria-label": say("files") }),
    editor: make("div", { class: "p-editor", role: "tabpanel", id: "p-editor" }),
    status: make("p", { class: "p-status", role: "status" }),
    notes: make("details", { class: "p-notes", hidden: true }, make("summary"), make("ul")),
    list: make("ol", { class: "p-findings", "aria-label": say("findings") }),
    picture: make("div", { class: "p-picture" }),
    links: make("div", { class: "p-share" }),
    fixAll: button("fix_all", act.fixAll, { disabled: true }),
  };
  parts.upload = make("input", {
    type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-label": say("add_files"),
    onchange: () => act.take(parts.upload.files).then(() => (parts.upload.value = "")),
  });
  const field = (name) => {
    const id = `p-${name}`;
    parts[name] = make("select", { id, onchange: () => act.choose(name) });
    return make("div", { class: "p-field" }, make("label", { for: id }, say(name)), parts[name]);
  };
  root.replaceChildren(
    make("div", { class: "p-fields" },
      ...["example", "language", "kubernetes", "component"].map(field)),
    make("div", { class: "p-columns" },
      make("section", { class: "p-left", "aria-label": say("files") },
        make("div", { class: "p-bar" },
          button("new_file", act.newFile), button("add_files", () => parts.upload.click()),
          button("rename", act.rename), button("remove", act.remove),
          button("save_file", act.saveFile), button("share", act.share), parts.upload),
        parts.links, parts.tabs, parts.editor, make("p", { class: "p-hint" }, say("keys"))),
      make("section", { class: "p-right", "aria-label": say("findings") },
        make("div", { class: "p-bar" },
          parts.fixAll, button("save_sarif", () => act.save("sarif")),
          button("save_html", () => act.save("html"))),
        parts.status, parts.notes, parts.list)),
    parts.picture,
  );
  options(parts.language, LANGUAGES, language);
  return parts;
}

/* Let files be dropped anywhere on the page's part. */
export function droppable(take) {
  for (const kind of ["dragover", "drop"]) {
    root.addEventListener(kind, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      if (kind === "drop") take(event.dataTransfer.files);
    });
  }
}
