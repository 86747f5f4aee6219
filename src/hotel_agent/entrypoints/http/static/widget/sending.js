// Messages out: one at a time and in order, each under an id of its own, so that sending one again is harmless.
//
// The next goes out when the server has this one. What could not be sent for long waits for its writer's word. With every message
// goes what its writer had seen: the server takes a yes for no later question.

const TOO_OLD_MS = 120000;
const PATIENCE_MS = 30000; // "typing" is not shown for longer than this without a word

let sending = false;
let inHand = 0; // messages handed over whose answer has not come
let expectedUntil = 0; // until then something more is expected

function submit(text, choice) {
  const message = { text, message_id: random(16), written_at: Date.now(), seen: position };
  if (choice) message.choice = choice;
  showUnsent(unsent.add(message));
  refocus();
  send();
}

const isTooOld = (message) => Date.now() - message.written_at > TOO_OLD_MS;

async function send() {
  if (sending) return;
  sending = true;
  try {
    while (unsent.all().length > 0) {
      const held = unsent.all().filter(isTooOld);
      // What comes after a message that waits for its writer waits too: an answer out of order could mean something else.
      if (held.length > 0) {
        unsent.all().forEach(showHeld);
        break;
      }
      const wait = await exclusively("send", sendFirst);
      if (wait > 0) await pause(wait);
    }
  } finally {
    sending = false;
    showTyping();
  }
}

let tries = 0;

// Sends the first message and returns how long to wait before the next try: 0 when it arrived.
async function sendFirst() {
  const message = unsent.all()[0];
  if (!message || isTooOld(message)) return 0; // another tab has sent it, or time has passed
  let answer = null;
  inHand += 1;
  showTyping();
  try {
    await becomeVisitor();
    const { text, message_id, choice, seen } = message;
    const body = JSON.stringify({ text, message_id, choice, seen });
    answer = await call("chat/messages", { method: "POST", body, headers: { "Content-Type": "application/json" } });
  } catch (error) {
    if (error instanceof Gone) { taken(message.message_id); showRefused(message); return 0; }
  } finally {
    inHand -= 1;
  }
  if (answer && answer.ok) {
    const result = await answer.json().catch(() => ({ pending: true }));
    if (result.pending) expectedUntil = Date.now() + PATIENCE_MS;
    tries = 0;
    taken(message.message_id);
    notice("");
    catchUp(message.message_id);
    return 0;
  }
  if (answer && (await isStranger(answer))) { restart(); return 1; }
  if (answer && answer.status >= 400 && answer.status < 500 && answer.status !== 408 && answer.status !== 429) {
    showRefused(message);
    taken(message.message_id);
    return 0;
  }
  tries += 1;
  const wait = Math.max(answer ? toldToWait(answer) : 0, backOff(tries));
  if (!answer) notice(words.lost);
  else notice(answer.status === 429 ? filled(words.busy, { s: Math.ceil(wait / 1000) }) : words.full);
  return wait;
}

// The server has it: whoever says so, the answer to our sending, the transcript, or another tab.
function taken(id) {
  for (const message of unsent.all()) if (message.message_id === id) unsent.remove(message);
}

function release(message) {
  const renewed = { ...message, written_at: Date.now(), seen: position };
  unsent.change(renewed);
  const line = unsentLine(message.message_id);
  line.classList.remove("held");
  line.querySelector(".decide").remove();
  put(line.querySelector("time"), words.sending);
  refocus();
  send();
}

function discard(message) {
  unsent.remove(message);
  unsentLine(message.message_id)?.remove();
  refocus();
  send();
}

// Another tab wrote, sent or threw away a message, or became a visitor.
addEventListener("storage", (event) => {
  if (!view || !event.key || !event.key.startsWith(OURS)) return;
  const name = event.key.slice(OURS.length);
  if (name === "token") (event.newValue ? hear() : restart());
  if (!name.startsWith("out ")) return;
  if (event.newValue) showUnsent({ ...parsed(event.newValue), name });
  else forgetUnsent(parsed(event.oldValue).message_id);
});

// Thrown away in another tab, if it does not come in the transcript.
function forgetUnsent(id) {
  setTimeout(() => { if (!unsent.all().some((one) => one.message_id === id)) unsentLine(id)?.remove(); }, TOO_OLD_MS / 8);
}
