/* The editor: CodeMirror in a shadow root, where its styles are adopted rather than inserted. So
   the page needs no permission for inline styles. */
import { defaultKeymap, history, historyKeymap, isolateHistory } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  HighlightStyle, bracketMatching, foldGutter, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, nextDiagnostic, previousDiagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import {
  EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter,
  highlightSpecialChars, keymap, lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

const COLORS = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--p-key)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--p-string)" },
  { tag: [tags.number, tags.bool, tags.keyword, tags.labelName], color: "var(--p-value)" },
  { tag: tags.comment, color: "var(--p-soft)" },
]);

const LOOK = EditorView.theme({
  "&": { height: "100%", color: "var(--p-ink)", backgroundColor: "var(--p-paper)" },
  "&.cm-focused": { outline: "2px solid var(--p-focus)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--p-mono)", fontSize: "13px", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--p-ink)" },
  ".cm-cursor": { borderLeftColor: "var(--p-ink)" },
  ".cm-gutters": {
    backgroundColor: "var(--p-box)", color: "var(--p-soft)", borderRight: "1px solid var(--p-line)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--p-active)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { backgroundColor: "var(--p-selected)" },
  ".cm-tooltip, .cm-panels": {
    backgroundColor: "var(--p-box)", color: "var(--p-ink)", border: "1px solid var(--p-line)",
  },
  ".cm-tooltip-lint": { maxWidth: "36em" },
});

/* No panels: the list of findings is beside the editor, and the browser can search. */
const FINDINGS = [
  { key: "F8", run: nextDiagnostic, preventDefault: true },
  { key: "Shift-F8", run: previousDiagnostic, preventDefault: true },
];

/* Return an editor inside an element: show(name), text(name), and so on. `changed` is told of
   edits, `moved` of the line the cursor goes to, `label` names the editor of a file to assistive
   technology, `phrases` are the words for what the editor itself says. */
export function createEditor(element, { changed, moved, label, phrases }) {
  const root = element.attachShadow({ mode: "open" });
  const frame = document.createElement("div");
  frame.style.height = "100%";
  root.append(frame);
  const states = new Map();
  let open = null;
  const view = new EditorView({ parent: frame, root });

  function made(name, text) {
    return EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), lintGutter(), foldGutter(), history(), drawSelection(), indentOnInput(),
        highlightSpecialChars(), highlightActiveLine(), highlightActiveLineGutter(),
        bracketMatching(), EditorState.phrases.of(phrases), indentUnit.of("  "), yaml(),
        syntaxHighlighting(COLORS), LOOK, EditorView.lineWrapping,
        keymap.of([...FINDINGS, ...historyKeymap, ...defaultKeymap]),
        EditorView.contentAttributes.of({
          "aria-label": label(name), spellcheck: "false", tabindex: "0",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed();
          else if (update.selectionSet) {
            moved(update.state.doc.lineAt(update.state.selection.main.head).number);
          }
        }),
      ],
    });
  }

  function stateOf(name) {
    return name === open ? view.state : states.get(name);
  }

  function apply(name, spec) {
    if (name === open) view.dispatch(spec);
    else {
      states.set(name, states.get(name).update(spec).state);
      if (spec.changes) changed();
    }
  }

  return {
    view,
    set(name, text) {
      states.set(name, made(name, text));
      if (name === open) view.setState(states.get(name));
    },
    remove(name) {
      states.delete(name);
      if (name === open) open = null;
    },
    show(name) {
      if (open !== null) states.set(open, view.state);
      open = name;
      view.setState(states.get(name));
    },
    text: (name) => stateOf(name).doc.toString(),
    /* Replace parts of a file: [{from, to, insert}] by offset; one step for undo. */
    change(name, changes) {
      apply(name, { changes, annotations: isolateHistory.of("full"), userEvent: "input.fix" });
    },
    mark(name, diagnostics) {
      const state = stateOf(name);
      const length = state.doc.length;
      const inside = diagnostics.map((item) => ({
        ...item, from: Math.min(item.from, length), to: Math.min(item.to, length),
      }));
      apply(name, setDiagnostics(state, inside));
    },
    select(from, to) {
      element.scrollIntoView({ block: "nearest" }); // on a phone it is far above the list
      view.dispatch({
        selection: { anchor: from, head: to },
        effects: EditorView.scrollIntoView(from, { y: "center" }),
      });
      view.focus();
    },
  };
}
