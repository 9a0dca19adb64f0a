/* The page's words, and elements made of them. */
export const root = document.getElementById("playground");
const words = JSON.parse(root.dataset.words);

/* Return a text in the page's language with its fields filled in. */
export function say(key, fields = {}) {
  return words[key].replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);
}

/* Return an element. Attributes named on… are listeners; those that are false or null are left
   out. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export function button(key, onclick, more = {}) {
  return make("button", { type: "button", class: "md-button", onclick, ...more }, say(key));
}
