"use strict";

// The web chat. The transcript on the server is the truth: this page sends messages, each under an id of its own so that
// sending one again is harmless, and shows what the transcript says. Whatever anybody wrote is set as text, never as markup.

const WORDS = {
  en: {
    chatWith: "Chat with", welcome: "Ask about rooms, dates and prices, or book right here.", you: "You", label: "Your message",
    send: "Send", hint: "Enter sends, Shift and Enter begin a new line.", skip: "Skip to the message field",
    typing: "is typing", choices: "Answers to choose from", lost: "Connection lost, trying again…", noHotel: "There is no such hotel.",
    busy: "Too many messages at once. Yours goes out in a moment.", refused: "This message could not be sent.",
    log: "Conversation", sending: "sending",
  },
  es: {
    chatWith: "Chat con", welcome: "Pregunte por habitaciones, fechas y precios, o reserve aquí mismo.", you: "Usted", label: "Su mensaje",
    send: "Enviar", hint: "Intro envía; Mayúsculas e Intro empiezan otra línea.", skip: "Ir al campo del mensaje",
    typing: "está escribiendo", choices: "Respuestas para elegir", lost: "Sin conexión, reintentando…", noHotel: "No existe ese hotel.",
    busy: "Demasiados mensajes a la vez. El suyo saldrá en un momento.", refused: "Este mensaje no se pudo enviar.",
    log: "Conversación", sending: "enviando",
  },
};

const WAIT_S = 20; // one look for news; the server answers earlier when there are some
const LONGEST_PAUSE_MS = 10000;
const PATIENCE_MS = 30000; // "typing" is not shown for longer than this without a word

const language = (navigator.languages || [navigator.language]).map((tag) => tag.slice(0, 2)).find((tag) => tag in WORDS) || "en";
const words = WORDS[language];
const tenant = new URLSearchParams(location.search).get("tenant");
const clock = new Intl.DateTimeFormat(navigator.language, { hour: "2-digit", minute: "2-digit" });
const part = (id) => document.getElementById(id);

let hotelName = "";
let position = 0;
let working = 0; // messages handed over whose turn has not ended
let moreUntil = 0; // until then something more is expected
let pump = null;

// ---------------------------------------------------------------- what this browser keeps

const memory = new Map(); // where the browser keeps nothing, the page does until it is closed
const keep = {
  get(name) {
    try { return localStorage.getItem("hotel-agent." + name) ?? memory.get(name) ?? null; } catch { return memory.get(name) ?? null; }
  },
  set(name, value) {
    memory.set(name, value);
    try { localStorage.setItem("hotel-agent." + name, value); } catch { /* kept in memory */ }
  },
};

function random(bytes) {
  const drawn = crypto.getRandomValues(new Uint8Array(bytes));
  return btoa(String.fromCharCode(...drawn)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function visitor() {
  if (!keep.get("visitor")) keep.set("visitor", random(32));
  return keep.get("visitor");
}

const queueName = "unsent." + (tenant || "");
const queue = () => JSON.parse(keep.get(queueName) || "[]");
const enqueue = (message) => keep.set(queueName, JSON.stringify([...queue(), message]));
const dequeue = (id) => keep.set(queueName, JSON.stringify(queue().filter((one) => one.message_id !== id)));

// ---------------------------------------------------------------- the server

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function call(path, options = {}) {
  return fetch(path, { ...options, cache: "no-store", credentials: "omit", headers: { ...options.headers, "X-Visitor": visitor() } });
}

function query(fields) {
  const given = new URLSearchParams(fields);
  if (tenant) given.set("tenant", tenant);
  return "?" + given;
}

async function sendAll() {
  // One at a time and in order: the next goes out when this one is safe on the server.
  for (let tries = 0; queue().length > 0; ) {
    const message = queue()[0];
    let answer = null;
    try {
      const body = JSON.stringify(tenant ? { ...message, tenant } : message);
      answer = await call("/chat/messages", { method: "POST", body, headers: { "Content-Type": "application/json" } });
    } catch { /* no connection */ }
    if (answer && answer.ok) {
      tries = 0;
      const taken = await answer.json().catch(() => ({ pending: true }));
      moreUntil = taken.pending ? Date.now() + PATIENCE_MS : 0;
      dequeue(message.message_id);
    } else if (answer && answer.status >= 400 && answer.status < 500 && answer.status !== 408 && answer.status !== 429) {
      dequeue(message.message_id);
      refuse(message.message_id);
    } else {
      tries += 1;
      say(answer && answer.status === 429 ? words.busy : words.lost);
      const told = answer ? 1000 * Number(answer.headers.get("Retry-After") || 0) : 0;
      await pause(Math.max(told, Math.min(LONGEST_PAUSE_MS, 500 * 2 ** tries)));
    }
  }
}

function pumpOut() {
  if (pump) return;
  working += 1;
  showTyping();
  pump = sendAll().finally(() => {
    pump = null;
    working -= 1;
    showTyping();
    if (queue().length > 0) pumpOut();
  });
}

async function listen() {
  for (let tries = 0, first = true; ; ) {
    try {
      const answer = await call("/chat/transcript" + query({ after: position, wait: first ? 0 : WAIT_S }));
      if (answer.status === 404) { say(words.noHotel); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const news = await answer.json();
      news.lines.forEach(show);
      tries = 0;
      if (queue().length === 0) say("");
      if (first && !news.more) {
        first = false;
        part("log").setAttribute("aria-busy", "false");
        part("welcome").hidden = part("log").children.length > 0;
      }
      // A server that drains answers at once: do not ask it in circles.
      if (!first && news.lines.length === 0) await pause(200);
    } catch {
      tries += 1;
      say(words.lost);
      await pause(Math.min(LONGEST_PAUSE_MS, 500 * 2 ** tries));
    }
  }
}

// ---------------------------------------------------------------- what is seen

function say(text) {
  if (part("connection").textContent !== text) part("connection").textContent = text;
}

function showTyping() {
  const text = working > 0 || Date.now() < moreUntil ? `${hotelName} ${words.typing}` : "";
  if (part("typing").textContent !== text) part("typing").textContent = text;
}

function bubble(byGuest, text, at) {
  const line = document.createElement("li");
  line.className = byGuest ? "guest" : "hotel";
  const author = document.createElement("span");
  author.className = "unseen";
  author.textContent = (byGuest ? words.you : hotelName) + ": ";
  const time = document.createElement("time");
  if (at) {
    time.dateTime = at;
    time.textContent = clock.format(new Date(at));
  } else {
    time.textContent = words.sending;
  }
  line.append(author, text, time);
  return line;
}

function append(line) {
  const scroller = part("scroller");
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 120;
  part("log").append(line);
  part("welcome").hidden = true;
  if (atEnd || line.classList.contains("guest")) scroller.scrollTop = scroller.scrollHeight;
}

function waitingLine(id) {
  return [...part("log").querySelectorAll(".unsent")].find((line) => line.dataset.id === id);
}

function show(line) {
  if (line.position <= position) return;
  position = line.position;
  if (line.by_guest) waitingLine(line.message_id)?.remove();
  append(bubble(line.by_guest, line.text, line.at));
  if (!line.by_guest) {
    moreUntil = 0;
    showTyping();
  }
  offer(line.by_guest ? [] : line.buttons);
}

function offer(buttons) {
  const group = part("choices");
  const hadFocus = group.contains(document.activeElement);
  group.replaceChildren(...buttons.map((choice) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = choice.title;
    button.addEventListener("click", () => submit(choice.title, choice.id));
    return button;
  }));
  group.hidden = buttons.length === 0;
  if (hadFocus) part("text").focus();
  part("scroller").scrollTop = part("scroller").scrollHeight;
}

function showUnsent(message) {
  const line = bubble(true, message.text, null);
  line.classList.add("unsent");
  line.dataset.id = message.message_id;
  append(line);
}

function refuse(id) {
  const line = waitingLine(id);
  if (!line) return;
  line.classList.replace("unsent", "refused");
  line.querySelector("time").textContent = words.refused;
}

function submit(text, choice) {
  const message = { text, message_id: random(16) };
  if (choice) message.choice = choice;
  enqueue(message);
  showUnsent(message);
  offer([]);
  pumpOut();
}

// ---------------------------------------------------------------- beginning

async function begin() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
  part("text").placeholder = words.label;
  part("log").setAttribute("aria-label", words.log);
  part("choices").setAttribute("aria-label", words.choices);
  part("welcome").textContent = words.welcome;

  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = part("text").value.trim();
    part("text").value = "";
    part("text").focus();
    if (text) submit(text);
  });
  part("text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    part("form").requestSubmit();
  });
  setInterval(showTyping, 1000);

  try {
    const answer = await call("/chat/hotel" + query({}));
    if (answer.ok) hotelName = (await answer.json()).name;
  } catch { /* the name is not worth waiting for */ }
  const title = hotelName ? `${words.chatWith} ${hotelName}` : "Chat";
  part("hotel").textContent = title;
  document.title = title;

  listen();
  queue().forEach(showUnsent);
  if (queue().length > 0) pumpOut();
  if (matchMedia("(pointer: fine)").matches) part("text").focus();
}

begin();
