// What was said comes as a stream of events, one JSON a line. Where a stream does not get through, the transcript is asked for.

const SILENCE_MS = 40000; // the server says something every 15 s
const READY_MS = 6000; // what was said so far comes at once, unless something on the way holds it back
const POLL_S = 20;
const POLL_AGAIN_MS = 5 * 60000;
const HIDDEN_MS = 60000; // a tab that nobody looks at stops listening after this

let hearing = false;
let ready = false; // what was said so far has been shown
let pollUntil = 0;
let stopHearing = null;
let hiddenSince = 0;
let generation = 0;

const isAwaiting = () => inHand > 0 || Date.now() < expectedUntil || unsent.all().length > 0;
const isWanted = () => isAwaiting() || (isOpen() && !(hiddenSince && Date.now() - hiddenSince > HIDDEN_MS));

document.addEventListener("visibilitychange", () => {
  hiddenSince = document.hidden ? Date.now() : 0;
  if (!document.hidden) { hurry(); hear(); }
});

async function hear() {
  if (hearing || !kept.get("token")) return;
  hearing = true;
  const mine = generation;
  for (let failed = 0; mine === generation && kept.get("token") && isWanted(); ) {
    try {
      const wait = Date.now() < pollUntil ? await poll(POLL_S) : await listen();
      failed = 0;
      if (unsent.all().length === 0) notice("");
      if (wait) await pause(wait);
    } catch (error) {
      if (mine !== generation) break;
      failed += 1;
      if (!ready || failed > 1 || !navigator.onLine) notice(words.lost);
      await pause(failed === 1 ? 250 : backOff(failed));
    }
  }
  if (mine === generation) hearing = false;
}

function shown(lines) {
  lines.forEach(show);
}

function nowReady() {
  if (ready) return;
  ready = true;
  view.log.setAttribute("aria-busy", "false");
  toEnd(null);
}

async function checked(answer) {
  if (answer.ok) return;
  if (await isStranger(answer)) restart();
  throw new Error(String(answer.status));
}

async function poll(wait) {
  const signal = AbortSignal.timeout(1000 * wait + CALL_MS);
  const answer = await call("chat/transcript", { fields: { after: position, wait: ready ? wait : 0 }, signal });
  await checked(answer);
  const news = await answer.json();
  shown(news.lines);
  if (!news.more) nowReady();
  return news.lines.length ? 0 : 200; // a server that drains answers at once: do not ask it in circles
}

// Looks once beside the stream, which may come from a process that learns of the answer a little later.
function catchUp(id) {
  hear();
  const isHeard = () => spokenLines.some((line) => line.message_id === id) && !spokenLines.at(-1).by_guest;
  setTimeout(() => { if (!isHeard()) poll(0).catch(() => { /* the stream will tell */ }); }, 300);
}

// Listens until the server says goodbye, and returns how long to wait before listening again.
async function listen() {
  const control = new AbortController();
  let timer = setTimeout(() => control.abort(), READY_MS);
  const asleep = setInterval(() => { if (!isWanted()) control.abort(); }, 5000);
  const began = Date.now();
  let heardReady = false;
  stopHearing = () => control.abort();
  try {
    const answer = await call("chat/events", { fields: { after: position }, signal: control.signal });
    if (answer.status === 503 || answer.status === 429 || !answer.body) {
      pollUntil = Date.now() + Math.max(toldToWait(answer), 30000);
      return 0;
    }
    await checked(answer);
    for await (const event of eventsOf(answer.body)) {
      clearTimeout(timer);
      timer = setTimeout(() => control.abort(), heardReady || event.event === "ready" ? SILENCE_MS : READY_MS);
      if (event.event === "line") show(event.line);
      if (event.event === "ready") { heardReady = true; nowReady(); if (unsent.all().length === 0) notice(""); }
      if (event.event === "bye") return 1000 * (event.retry_s || 0) + 200 + 800 * Math.random();
    }
    throw new Error("cut");
  } catch (error) {
    if (!isWanted()) return 0;
    // Nothing came though the connection stood: something on the way collects what it should pass on.
    if (!heardReady && Date.now() - began >= READY_MS) { pollUntil = Date.now() + POLL_AGAIN_MS; return 0; }
    throw error;
  } finally {
    clearTimeout(timer);
    clearInterval(asleep);
    control.abort();
    stopHearing = null;
  }
}

async function* eventsOf(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const rows = (rest + value).split("\n");
    rest = rows.pop();
    for (const row of rows) yield JSON.parse(row);
  }
}

// Begins anew as nobody in particular.
function restart() {
  generation += 1;
  stopHearing?.();
  hearing = false;
  position = 0;
  spokenLines = [];
  view.lines.replaceChildren();
  offer(null);
  unsent.all().forEach(showUnsent);
  hear();
}
