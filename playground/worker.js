/* Runs the linter: Python in WebAssembly, away from the page. Asks for nothing but its own files. */
import { loadPyodide } from "./pyodide.mjs";

const CACHE = "konnektor-playground";
const SNAPSHOT = "snapshot.bin";
const HERE = new URL("./", import.meta.url).href;
const NEEDED = ["pyodide.asm.wasm", "python_stdlib.zip", "linter.bin", "pyodide.asm.mjs",
  "pyodide-lock.json", "bridge.py"];
const TYPES = {
  wasm: "application/wasm", mjs: "text/javascript", zip: "application/zip",
  bin: "application/octet-stream", json: "application/json", py: "text/plain",
};

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

async function gather(cache, sizes) {
  const held = await Promise.all(NEEDED.map((name) => cache && cache.match(HERE + name)));
  const missing = NEEDED.filter((name, at) => !held[at]);
  const total = missing.reduce((sum, name) => sum + sizes[name], 0);
  let got = 0;
  const came = (bytes) => postMessage({ progress: Math.min(1, (got += bytes) / total) });
  await Promise.all(missing.map((name) => download(name, cache, came)));
  postMessage({ progress: 1 });
  if (!cache) return;
  self.fetch = async (what, how) => {
    const url = what.url || String(what);
    return (await cache.match(url)) || network(what, how);
  };
  if (missing.length === 0) return;
  for (const { url } of await cache.keys()) {
    // An older state of these files.
    if (/\/assets\/playground\/[0-9a-f]{12}\//.test(url) && !url.startsWith(HERE)) {
      await cache.delete(url);
    }
  }
}

const read = (name) => self.fetch(HERE + name);

/* Return the linter's files: the length of a list, the list (place and size by name), the
   contents. */
async function uncompressed() {
  const stream = (await read("linter.bin")).body.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/* Put the linter where Python looks for it. */
function unpack(python, bytes) {
  const begin = 4 + new DataView(bytes.buffer).getUint32(0);
  const list = JSON.parse(new TextDecoder().decode(bytes.subarray(4, begin)));
  const folders = new Set();
  for (const [name, [at, size]] of Object.entries(list)) {
    const folder = `/linter/${name.slice(0, name.lastIndexOf("/"))}`;
    if (!folders.has(folder)) python.FS.mkdirTree(folder);
    folders.add(folder);
    const content = bytes.subarray(begin + at, begin + at + size);
    python.FS.writeFile(`/linter/${name}`, content, { canOwn: true });
  }
}

const OPTIONS = {
  indexURL: HERE,
  env: { HOME: "/home", PYTHONDONTWRITEBYTECODE: "1", LANG: "C.UTF-8" },
};

/* Go on where Python stood when it had just loaded the linter and knew no files yet: most of the
   work of a start is saved. */
async function resumed(cache, linter) {
  const held = cache && (await cache.match(HERE + SNAPSHOT));
  if (!held) return null;
  try {
    const _loadSnapshot = new Uint8Array(await held.arrayBuffer());
    const python = await loadPyodide({ ...OPTIONS, _loadSnapshot });
    unpack(python, await linter);
    return python;
  } catch {
    await cache.delete(HERE + SNAPSHOT);
    return null;
  }
}

async function started(cache, linter) {
  const python = await loadPyodide({ ...OPTIONS, _makeSnapshot: Boolean(cache) });
  const memory = python._module.HEAP8.length;
  unpack(python, await linter);
  python.runPython("import sys; sys.path.insert(0, '/linter')");
  python.runPython(await (await read("bridge.py")).text());
  python.runPython("warm()");
  // It can be resumed only in the memory that Python begins with; without, a start takes longer.
  if (cache && python._module.HEAP8.length === memory) {
    const snapshot = new Response(new Blob([python.makeMemorySnapshot()]));
    cache.put(HERE + SNAPSHOT, snapshot).catch(() => undefined);
  }
  return python;
}

async function start(sizes) {
  const cache = await kept();
  await gather(cache, sizes);
  const linter = uncompressed();
  const python = (await resumed(cache, linter)) || (await started(cache, linter));
  answer = python.globals.get("answer");
  postMessage({ ready: JSON.parse(python.globals.get("about")()) });
}

self.onmessage = async ({ data }) => {
  try {
    if (data.sizes) await start(data.sizes);
    else postMessage({ id: data.id, answer: JSON.parse(answer(JSON.stringify(data.request))) });
  } catch (error) {
    // Of what Python prints, the last line says what is wrong.
    const said = String(error.message || error).trim().split("\n").at(-1);
    postMessage({ id: data.id, failed: said });
  }
};
