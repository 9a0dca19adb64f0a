/* What lets the page start by itself, and open without a network. */
const HERE = new URL("./", import.meta.url);
const SITE = new URL("../../../", HERE);
const CACHE = "konnektor-playground";

/* Tell whether what a start needs is kept here already. */
export async function isHere() {
  try {
    const cache = await caches.open(CACHE);
    return Boolean(await cache.match(new URL("pyodide.asm.wasm", HERE).href));
  } catch {
    return false;
  }
}

/* Keep the page and its files, of which `names` lie beside this one; `done` is called then. */
export async function keepPage(names, done) {
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
    const rest = names.map((name) => new URL(name, HERE).href);
    const answered = new MessageChannel();
    answered.port1.onmessage = done;
    active.postMessage([...new Set([own.href, ...mine, ...rest])], [answered.port2]);
  } catch {
    // Without it the page works as well, as long as there is a network.
  }
}
