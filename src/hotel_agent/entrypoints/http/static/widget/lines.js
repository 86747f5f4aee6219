// What is seen of the conversation. The transcript on the server is the truth; positions rise.

let position = 0; // of the last line on the screen
let spokenLines = [];
let choosing = []; // buttons on cards that may still be pressed
let fresh = 0; // lines of the hotel that came while the chat was closed

const LINK = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/;

function wording(text, withLinks) {
  if (!withLinks) return [text];
  return text.split(LINK).map((part, n) =>
    n % 2 ? make("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow" }, part) : part);
}

function bubble(byGuest, text, at) {
  const author = make("span", { class: "unseen" }, `${byGuest ? words.you : hotel.name}: `);
  const time = make("time", at ? { datetime: at } : {}, at ? timeOf(at) : words.sending);
  const said = make("p", { class: "said" }, ...wording(text, !byGuest));
  return make("li", { class: byGuest ? "guest" : "hotel" }, make("div", { class: "bubble" }, author, said, time));
}

function card(one, number) {
  const tile = make("div", { class: "tile" }, icon("bed"));
  if (one.picture) {
    // Without its picture the card still says everything: an address that fails leaves the drawing of a bed.
    const picture = make("img", { alt: filled(words.picture, { name: one.name }), loading: "lazy", decoding: "async", referrerpolicy: "no-referrer" });
    picture.addEventListener("load", () => tile.replaceChildren(picture));
    picture.addEventListener("error", () => picture.remove());
    tile.append(picture);
    picture.src = pictureAddress(one.picture);
  }
  const name = make("h3", {}, make("span", { class: "number", "aria-hidden": "true" }, String(number)), one.name);
  const price = make("p", { class: "price" }, make("strong", {}, money(one.total.amount, one.total.currency)), ` · ${counted(words.nights, one.nights)}`);
  const button = make("button", {
    type: "button", class: "choose", "aria-label": `${words.choose}: ${one.name}`,
    onclick: () => submit(`${number}. ${one.name}`, one.button),
  }, words.choose);
  return make("article", { class: "card", "aria-label": one.name }, tile, make("div", { class: "facts" }, name, price), button);
}

// Only from the web: an address of any other kind shows nothing.
function pictureAddress(text) {
  try { const found = new URL(text, HOME); return /^https?:$/.test(found.protocol) ? found.href : ""; } catch { return ""; }
}

function hotelLine(line) {
  const rows = new Set(line.cards.map((one) => one.row));
  const text = line.text.split("\n").filter((row) => !rows.has(row)).join("\n");
  const shown = bubble(false, rows.size ? text : line.text, line.at);
  if (line.cards.length > 0) {
    shown.append(make("div", { class: "cards", role: "group", "aria-label": words.offers }, ...line.cards.map((one, n) => card(one, n + 1))));
  }
  return shown;
}

const firstUnsent = () => view.lines.querySelector(".unsent");
const unsentLine = (id) => [...view.lines.querySelectorAll(".unsent")].find((line) => line.dataset.id === id);

function append(line, before = null) {
  const { scroller, lines } = view;
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 160;
  lines.insertBefore(line, before);
  view.welcome.hidden = true;
  if (atEnd || line.classList.contains("guest")) toEnd(line);
}

// A long answer is read from its beginning: no further than its first row stays in sight.
function toEnd(line) {
  const { scroller } = view;
  const top = line ? line.offsetTop - 24 : Infinity;
  scroller.scrollTop = Math.min(scroller.scrollHeight, line && line.classList.contains("hotel") ? top : Infinity);
}

function dayLine(at) {
  const before = spokenLines.at(-1);
  if (before && dayOf(before.at) === dayOf(at)) return;
  append(make("li", { class: "day" }, make("span", {}, dayName(at))), firstUnsent());
}

function show(line) {
  if (line.position <= position) return;
  position = line.position;
  dayLine(line.at);
  spokenLines.push(line);
  const waiting = line.by_guest ? unsentLine(line.message_id) : null;
  const node = line.by_guest ? bubble(true, line.text, line.at) : hotelLine(line);
  if (waiting && waiting === firstUnsent()) {
    // It stands where it belongs already: nothing moves, and nothing is read out twice.
    waiting.replaceChildren(...node.children);
    waiting.classList.remove("unsent", "held");
  } else {
    waiting?.remove();
    append(node, firstUnsent());
  }
  if (line.by_guest) taken(line.message_id);
  else {
    expectedUntil = 0;
    if (!isOpen() && ready) countFresh(fresh + 1);
  }
  offer(line.by_guest ? null : line, node);
  showTyping();
}

function offer(line, node) {
  for (const button of choosing) button.remove();
  choosing = line ? [...node.querySelectorAll(".choose")] : [];
  const onCards = new Set(line ? line.cards.map((one) => one.button) : []);
  const rest = line ? line.buttons.filter((one) => !onCards.has(one.id)) : [];
  const hadFocus = view.choices.contains(view.root.activeElement);
  view.choices.replaceChildren(...rest.map((one) =>
    make("button", { type: "button", class: "choice", onclick: () => submit(one.title, one.id) }, one.title)));
  view.choices.hidden = rest.length === 0;
  if (hadFocus || !view.root.activeElement) refocus();
}

function showUnsent(message) {
  if (unsentLine(message.message_id) || spokenLines.some((line) => line.message_id === message.message_id)) return;
  const line = bubble(true, message.text, null);
  line.classList.add("unsent");
  line.dataset.id = message.message_id;
  append(line);
  offer(null);
}

// A message that was written long ago is not sent behind its writer's back.
function showHeld(message) {
  const line = unsentLine(message.message_id);
  if (!line || line.classList.contains("held")) return;
  line.classList.add("held");
  put(line.querySelector("time"), words.held);
  line.append(make("div", { class: "decide" },
    make("button", { type: "button", class: "choice", onclick: () => release(message) }, words.sendNow),
    make("button", { type: "button", class: "choice", onclick: () => discard(message) }, words.discard)));
}

function showRefused(message) {
  const line = unsentLine(message.message_id);
  if (!line) return;
  line.classList.replace("unsent", "refused");
  put(line.querySelector("time"), words.refused);
}
