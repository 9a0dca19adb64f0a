/* node compile.mjs FROM.zip TO.zip: replace Python sources by what this Pyodide's Python makes of
   them. */
import { readFileSync, writeFileSync } from "node:fs";
import { loadPyodide } from "./node_modules/pyodide/pyodide.mjs";

const COMPILE = `
import io, marshal, zipfile
from importlib.util import MAGIC_NUMBER, cache_from_source

out = io.BytesIO()
with zipfile.ZipFile("/from.zip") as given, zipfile.ZipFile(out, "w") as made:
    for name in given.namelist():
        data = given.read(name)
        if name.endswith(".py"):
            code = compile(data, f"/linter/{name}", "exec", dont_inherit=True)
            # Flags 1: not compared with the source, of which only the name is kept.
            cached = MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8) + marshal.dumps(code)
            made.writestr(zipfile.ZipInfo(cache_from_source(name)), cached)
            data = b""
        made.writestr(zipfile.ZipInfo(name), data)
out.getvalue()
`;

const [from, to] = process.argv.slice(2);
const python = await loadPyodide();
python.FS.writeFile("/from.zip", readFileSync(from));
writeFileSync(to, python.runPython(COMPILE).toJs());
