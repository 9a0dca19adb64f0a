/* A link that carries files behind its #: a server never sees that part. */
import { LIMITS, cleanPath, weight } from "./files.js";

export const LONGEST = 32_000;

/* Return a fragment that holds the state, compressed; null where it would be too long. */
export async function packed(state) {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const small = new Uint8Array(await new Response(stream).arrayBuffer());
  let text = "";
  for (let at = 0; at < small.length; at += 8192) {
    text += String.fromCharCode(...small.subarray(at, at + 8192));
  }
  const fragment = "v1." + btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  return fragment.length > LONGEST ? null : fragment;
}

/* Return the state a fragment holds; null for what is none. Anyone may have written it. */
export async function unpacked(fragment) {
  if (!fragment.startsWith("v1.") || fragment.length > LONGEST) return null;
  try {
    const text = atob(fragment.slice(3).replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const whole = JSON.parse(new TextDecoder().decode(await bounded(stream, 2 * LIMITS.bytes)));
    return checked(whole);
  } catch {
    return null;
  }
}

/* Return what a stream holds; stops where a small link unfolds into a huge text. */
async function bounded(stream, most) {
  const parts = [];
  let size = 0;
  const reader = stream.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new Error("too much");
    }
    parts.push(value);
  }
  return new Blob(parts).arrayBuffer();
}

/* Return a state of which every part is what it has to be, or null. */
export function checked(whole) {
  const files = Object.entries(Object(Object(whole).files));
  const fine = files.every(([name, text]) => cleanPath(name) === name && typeof text === "string");
  const texts = files.map(([, text]) => text);
  if (!fine || files.length === 0 || files.length > LIMITS.files) return null;
  if (weight(texts) > LIMITS.bytes) return null;
  const word = (value) => (/^[\w.+-]{1,40}$/.test(value) ? String(value) : "");
  return { files, kubernetes: word(whole.kubernetes ?? ""), component: word(whole.component ?? "") };
}
