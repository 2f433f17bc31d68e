// The market as last heard: one live stream, and the lists fetched when it says something is new.
//
// Age is told by the server's clock, carried in the stream, not by the phone's: a phone that is
// an hour off still shows the true age. While nothing arrives, age grows by itself.

/** Older than this is not shown as the present: three polls at the usual 15 s. */
export const STALE_SECONDS = 45;
/** The server says something at least every 15 s; after this the line is dead. */
const SILENCE_MS = 40_000;
/** Least time between two fetches of a list. */
const FETCH_MS = 3_000;
/** A list that takes longer is asked for again: a line can die without a word. */
const FETCH_PATIENCE_MS = 15_000;

export const market = { status: null, devices: null, stalls: null, events: null, findings: null };

const listeners = new Set();
const wanted = new Set();
let source = null;
let lastHeard = 0;
let retryMs = 1_000;
let retry = null;
/** Server's Unix time minus our monotonic clock, ms; null = not known yet. */
let offset = null;
let firstClock = true;
let fetchTimer = null;
let fetching = false;
let again = false;
let fetchedAt = -Infinity;

export function onChange(listener) {
  listeners.add(listener);
}

const tell = () => listeners.forEach((listener) => listener());

export const serverNow = () => (offset === null ? Date.now() : performance.now() + offset);

/** Seconds; of the oldest part that is on the screen. Null when there is nothing yet. */
export function ageSeconds() {
  if (!market.status) return null;
  const parts = [market.status, ...[...wanted].map((name) => market[name]).filter(Boolean)];
  const oldest = Math.min(...parts.map((part) => part.at_ms ?? 0));
  return Math.max(0, (serverNow() - oldest) / 1000);
}

export function isStale() {
  const age = ageSeconds();
  return age === null || age > STALE_SECONDS;
}

/** Which lists the present view shows; they are fetched now and kept fresh. */
export function want(...names) {
  wanted.clear();
  names.forEach((name) => wanted.add(name));
  refresh(0);
}

export async function getJson(path, options = {}) {
  const response = await fetch(path, { cache: 'no-store', ...options });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? `HTTP ${response.status}`);
  return body;
}

function refresh(leastWait) {
  if (fetching) {
    again = true;
    return;
  }
  if (fetchTimer && leastWait > 0) return;
  clearTimeout(fetchTimer);
  const wait = Math.max(0, Math.min(leastWait, fetchedAt + leastWait - performance.now()));
  fetchTimer = setTimeout(fetchLists, wait);
}

async function fetchLists() {
  fetchTimer = null;
  fetching = true;
  again = false;
  fetchedAt = performance.now();
  try {
    await Promise.all([...wanted].map(async (name) => {
      market[name] = await getJson(`/api/v1/${name}`, { signal: AbortSignal.timeout(FETCH_PATIENCE_MS) });
    }));
  } catch { /* what is shown grows old and says so */ }
  fetching = false;
  tell();
  if (again) refresh(FETCH_MS);
}

function hear() {
  lastHeard = performance.now();
  retryMs = 1_000;
}

/** A message can be late, never early: the largest offset of a connection is the best one. */
function onClock(event) {
  hear();
  const heard = JSON.parse(event.data).now_ms - performance.now();
  // The server gives up on a line this slow, so its clock was set back.
  const setBack = offset - heard > 30_000;
  if (firstClock || heard > offset || setBack) offset = heard;
  firstClock = false;
}

function onSnapshot(event) {
  hear();
  market.status = JSON.parse(event.data);
  tell();
  refresh(FETCH_MS);
}

function connect() {
  clearTimeout(retry);
  source?.close();
  lastHeard = performance.now();
  source = new EventSource('/api/v1/stream');
  source.addEventListener('open', () => { firstClock = true; });
  source.addEventListener('clock', onClock);
  source.addEventListener('snapshot', onSnapshot);
  source.addEventListener('error', () => {
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    clearTimeout(retry);
    retry = setTimeout(connect, retryMs);
    retryMs = Math.min(30_000, retryMs * 2);
  });
}

/** Starts listening. Called once. */
export function start() {
  connect();
  setInterval(() => {
    if (performance.now() - lastHeard > SILENCE_MS) connect();
  }, 5_000);
  window.addEventListener('online', connect);
  // A phone that slept has a dead line; do not wait to find out.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && performance.now() - lastHeard > 20_000) connect();
  });
}
