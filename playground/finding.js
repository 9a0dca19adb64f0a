/* A finding in the list: what it says, its places and its fix. */
import { button, make, say } from "./element.js";

const SITE = new URL("../../../", import.meta.url);
const SIGNS = { error: "✗", warning: "!", info: "i" };

/* Return a place as the linter prints it. */
export const where = (at) => `${at.file}:${at.start.line}:${at.start.column}`;

/* Return the id of the entry of a finding. */
export const entry = (index) => `p-finding-${index}`;

/* Return the entry of a finding in its language; `go` is called with a place, `fix` with the
   finding. */
export function item(finding, index, language, { go, fix }) {
  const place = (at, label) =>
    make("button", { type: "button", class: "p-place", onclick: () => go(at) },
      make("code", {}, where(at)), label ? ` ${label}` : "");
  const code = finding.code.toLowerCase();
  const address = new URL(`${language}/lint/rules/${code}/`, SITE).href;
  const node = make("li", { class: `p-finding ${finding.severity}`, id: entry(index) },
    make("p", {},
      make("span", { class: "p-sign", "aria-hidden": "true" }, SIGNS[finding.severity]), " ",
      make("strong", {}, say(finding.severity)), " ",
      make("a", { href: address, target: "_blank", rel: "noopener" }, finding.code), " ",
      finding.message),
    place(finding.location), ...finding.related.map((at) => place(at, at.label)));
  if (finding.help) node.append(make("p", { class: "p-help" }, finding.help));
  if (finding.fix) {
    const key = finding.fix.safe ? "fix" : "fix_unsafe";
    node.append(button(key, () => fix(finding), { class: "md-button p-fix" }));
  }
  return node;
}
