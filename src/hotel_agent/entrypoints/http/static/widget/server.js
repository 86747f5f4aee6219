// The server: every call says who the visitor is, in a header, because browsers do not send cookies of another site.

const LONGEST_PAUSE_MS = 10000;
const CALL_MS = 15000; // the server answers a message in 5 s, if only to say that it is working on it

class Gone extends Error {} // the server does not know this hotel, or does not allow this site

let hurry = () => {};

// Waits, but not when the browser says that the connection is back.
function pause(ms) {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    hurry = () => { clearTimeout(timer); done(); };
  });
}
addEventListener("online", () => hurry());

const backOff = (tries) => Math.min(LONGEST_PAUSE_MS, 500 * 2 ** tries) * (0.75 + Math.random() / 2);
const toldToWait = (answer) => 1000 * Number(answer.headers.get("Retry-After") || 0);

function address(path, fields = {}) {
  const query = new URLSearchParams(fields);
  if (TENANT) query.set("tenant", TENANT);
  const text = query.toString();
  return new URL(path, HOME).href + (text ? "?" + text : "");
}

async function call(path, { fields, headers, signal, ...options } = {}) {
  const token = kept.get("token");
  const answer = await fetch(address(path, fields), {
    ...options,
    cache: "no-store",
    credentials: "omit",
    referrerPolicy: "no-referrer",
    signal: signal || AbortSignal.timeout(CALL_MS),
    headers: { ...headers, ...(token ? { "X-Visitor": token } : {}) },
  });
  answer.visitor = token;
  return answer;
}

// Becomes a visitor at the first message: who only looks at a page leaves no trace.
async function becomeVisitor() {
  if (kept.get("token")) return;
  await exclusively("token", async () => {
    if (kept.get("token")) return;
    const answer = await call("chat/visitor", { method: "POST" });
    if (answer.status === 403 || answer.status === 404) throw new Gone();
    if (!answer.ok) throw new Error(String(answer.status));
    kept.set("token", (await answer.json()).token);
  });
}

// A token the server does not know (its key was changed) opens nothing: begin anew.
async function isStranger(answer) {
  if (answer.status !== 403) return false;
  const problem = await answer.clone().json().catch(() => ({}));
  if (problem.code !== "visitor_required") return false;
  // Another call may have become a visitor meanwhile, and that one is known.
  if (kept.get("token") === answer.visitor) kept.remove("token");
  return true;
}
