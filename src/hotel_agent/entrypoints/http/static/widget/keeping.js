// Where the chat lives, and what this browser keeps for it: in the storage of the page that carries it.

const SCRIPT = document.currentScript || document.querySelector("script[src*='/widget.js']");
const HOME = new URL(".", SCRIPT.src).href;
const FULL_PAGE = SCRIPT.dataset.view === "page";
const TENANT = SCRIPT.dataset.tenant || (FULL_PAGE && new URLSearchParams(location.search).get("tenant")) || "";
const OURS = `hotel-agent ${HOME} ${TENANT} `;

const memory = new Map(); // where the browser keeps nothing, the page does until it is closed
const kept = {
  get(name) {
    try { return localStorage.getItem(OURS + name) ?? memory.get(name) ?? null; } catch { return memory.get(name) ?? null; }
  },
  set(name, value) {
    try { localStorage.setItem(OURS + name, value); memory.delete(name); } catch { memory.set(name, value); }
  },
  remove(name) {
    memory.delete(name);
    try { localStorage.removeItem(OURS + name); } catch { /* it was in memory */ }
  },
  names(start) {
    let stored = [];
    try { stored = Object.keys(localStorage); } catch { /* none */ }
    const ours = stored.filter((key) => key.startsWith(OURS)).map((key) => key.slice(OURS.length));
    return [...new Set([...ours, ...memory.keys()])].filter((name) => name.startsWith(start)).sort();
  },
};

function random(bytes) {
  const drawn = crypto.getRandomValues(new Uint8Array(bytes));
  return btoa(String.fromCharCode(...drawn)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// Messages that the server has not confirmed. Each has an entry of its own, named so that names sort as written: tabs never
// overwrite each other's. Whoever sends one removes it.
const unsent = {
  all() {
    return kept.names("out ").map((name) => ({ ...parsed(kept.get(name)), name })).filter((one) => one.message_id);
  },
  add(message) {
    const name = `out ${String(message.written_at).padStart(15, "0")} ${message.message_id}`;
    kept.set(name, JSON.stringify(message));
    return { ...message, name };
  },
  change(message) {
    const { name, ...content } = message;
    kept.set(name, JSON.stringify(content));
  },
  remove: (message) => kept.remove(message.name),
  has: (message) => kept.get(message.name) !== null,
};

function parsed(text) {
  try { return JSON.parse(text) || {}; } catch { return {}; }
}

// One tab at a time, where the browser can tell tabs apart; elsewhere the server's care for repeated messages is enough.
function exclusively(name, act) {
  return navigator.locks ? navigator.locks.request(OURS + name, act) : act();
}
