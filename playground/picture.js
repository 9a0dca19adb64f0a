/* The connector's picture, taken from the report the linter writes. */
import { make } from "./element.js";

/* Return a function that shows the picture of a report in an element: of its document, with its
   styles, in a language. `follow` is called with the section of the report behind a link. */
export function createPicture(element, follow) {
  const canvas = element.attachShadow({ mode: "open" });
  return (report, styles, language) => {
    const sheet = new CSSStyleSheet();
    const dark = document.body.dataset.mdColorScheme === "slate" ? "all" : "not all";
    sheet.replaceSync(styles.replaceAll("(prefers-color-scheme: dark)", dark)
      + "main { padding: 0 !important; max-width: none !important; }");
    canvas.adoptedStyleSheets = [sheet];
    const body = make("div", { class: "k", lang: language });
    for (const drawing of report.querySelectorAll("svg.wide, svg.tall")) {
      body.append(document.importNode(drawing, true));
    }
    for (const link of body.querySelectorAll("a")) {
      const section = report.querySelector(link.getAttribute("href"));
      link.addEventListener("click", (event) => {
        event.preventDefault();
        follow(section);
      });
    }
    canvas.replaceChildren(body);
  };
}
