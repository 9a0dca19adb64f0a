/* The worker that runs the linter: begun, asked, and ended where it takes too long. */
import { root } from "./element.js";

const sizes = JSON.parse(root.dataset.sizes);
const waiting = new Map();
let worker = null;
let asked = 0;

/* Thrown by run where the linter had to be stopped. */
export class TookTooLong extends Error {}

/* Return how long a run may take, in milliseconds. */
export function limit() {
  return Number(root.dataset.limit || 20_000);
}

/* Start a worker; `progress` is told which part of its files has come, from 0 to 1. Returns what
   the linter says of itself. */
export function employ(progress) {
  worker?.terminate();
  return new Promise((ready, failed) => {
    worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    worker.onerror = (event) => failed(new Error(event.message || "worker"));
    worker.onmessage = ({ data }) => {
      if (data.progress !== undefined) progress(data.progress);
      else if (data.ready) ready(data.ready);
      else if (data.id === undefined) failed(new Error(data.failed));
      else settle(data);
    };
    worker.postMessage({ sizes });
  });
}

function settle({ id, failed, answer }) {
  const entry = waiting.get(id);
  if (!entry) return;
  if (failed) {
    end(new Error(failed)); // nobody knows what state it is in
    return;
  }
  waiting.delete(id);
  clearTimeout(entry.timer);
  entry.resolve(answer);
}

/* End the worker with everything it was asked; the next run begins with another one. */
function end(reason) {
  worker.terminate();
  worker = null;
  for (const entry of waiting.values()) {
    clearTimeout(entry.timer);
    entry.reject(reason);
  }
  waiting.clear();
}

/* Run a command line on files, as bridge.py describes it; `anew` is called before a worker has to
   be started again. */
export async function run(request, anew) {
  if (!worker) {
    anew();
    await employ(() => {});
  }
  return new Promise((resolve, reject) => {
    const id = (asked += 1);
    const timer = setTimeout(() => end(new TookTooLong()), limit());
    waiting.set(id, { resolve, reject, timer });
    worker.postMessage({ id, request });
  });
}
