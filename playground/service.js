/* Lets the playground open without a network. It acts on that page and its files alone: nothing
   else of the site is within its scopes. What is published under a name of its state never
   changes; everything else is asked for anew and kept in case the network is gone. */
const CACHE = "konnektor-playground";
const STEADY = /\/assets\/playground\/[0-9a-f]{12}\//;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  event.respondWith(STEADY.test(url.pathname) ? steady(request) : fresh(request));
});

self.addEventListener("message", (event) => {
  const kept = Promise.all(event.data.map((url) => keep(url).catch(() => undefined)));
  event.waitUntil(kept.then(() => event.ports[0].postMessage("kept")));
});

async function keep(url) {
  const cache = await caches.open(CACHE);
  if (!STEADY.test(url) || !(await cache.match(url))) await cache.add(url);
}

async function steady(request) {
  const cache = await caches.open(CACHE);
  const held = await cache.match(request, { ignoreVary: true });
  if (held) return held;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

async function fresh(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    const url = new URL(request.url);
    if (response.ok && !url.search) await cache.put(url.href.split("#")[0], response.clone());
    return response;
  } catch (error) {
    const held = await cache.match(request, { ignoreSearch: true, ignoreVary: true });
    if (held) return held;
    throw error;
  }
}
