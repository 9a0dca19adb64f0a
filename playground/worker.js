/* Runs the linter: Python in WebAssembly, away from the page. Asks for nothing but its own files. */
import { loadPyodide } from "./pyodide.mjs";

const CACHE = "konnektor-playground";
const HERE = new URL("./", import.meta.url).href;
const NEEDED = ["pyodide.asm.wasm", "python_stdlib.zip", "linter.zip", "pyodide.asm.mjs",
  "pyodide-lock.json", "bridge.py"];
const TYPES = { wasm: "application/wasm", mjs: "text/javascript", zip: "application/zip",
  json: "application/json", py: "text/plain" };

const network = self.fetch.bind(self);
let answer;

async function kept() {
  try {
    return await caches.open(CACHE);
  } catch {
    return null; // no cache here (not a secure origin): the browser's own has to do
  }
}

/* Fetch a file in full and keep it; tell how many bytes came. */
async function download(name, cache, came) {
  const response = await network(HERE + name);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  const parts = [];
  const reader = response.body.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    parts.push(value);
    came(value.length);
  }
  const headers = { "content-type": TYPES[name.split(".").pop()] };
  if (cache) await cache.put(HERE + name, new Response(new Blob(parts), { headers }));
}

async function gather(sizes) {
  const cache = await kept();
  const held = await Promise.all(NEEDED.map((name) => cache && cache.match(HERE + name)));
  const missing = NEEDED.filter((name, at) => !held[at]);
  const total = missing.reduce((sum, name) => sum + sizes[name], 0);
  let got = 0;
  const came = (bytes) => postMessage({ progress: Math.min(1, (got += bytes) / total) });
  await Promise.all(missing.map((name) => download(name, cache, came)));
  if (cache) {
    for (const { url } of await cache.keys()) {
      // An older state of these files.
      if (/\/assets\/playground\/[0-9a-f]{12}\//.test(url) && !url.startsWith(HERE)) {
        await cache.delete(url);
      }
    }
    self.fetch = async (what, how) => {
      const url = what.url || String(what);
      return (await cache.match(url)) || network(what, how);
    };
  }
  postMessage({ progress: 1 });
}

async function start(sizes) {
  await gather(sizes);
  const python = await loadPyodide({
    indexURL: HERE,
    env: { HOME: "/home", PYTHONDONTWRITEBYTECODE: "1", LANG: "C.UTF-8" },
  });
  const read = async (name) => (await self.fetch(HERE + name));
  python.unpackArchive(await (await read("linter.zip")).arrayBuffer(), "zip", {
    extractDir: "/linter",
  });
  python.runPython("import sys; sys.path.insert(0, '/linter')");
  python.runPython(await (await read("bridge.py")).text());
  answer = python.globals.get("answer");
  postMessage({ ready: JSON.parse(python.globals.get("about")()) });
}

self.onmessage = async ({ data }) => {
  try {
    if (data.sizes) await start(data.sizes);
    else postMessage({ id: data.id, answer: JSON.parse(answer(JSON.stringify(data.request))) });
  } catch (error) {
    postMessage({ id: data.id, failed: String(error.message || error) });
  }
};
