// What is seen of the conversation. The transcript on the server is the truth; positions rise.

let position = 0; // of the last line on the screen
let spokenLines = [];
let choosing = []; // buttons on cards that may still be pressed

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
    const alt = filled(words.picture, { name: one.name });
    const picture = make("img", { alt, loading: "lazy", decoding: "async", referrerpolicy: "no-referrer" });
    picture.addEventListener("load", () => tile.replaceChildren(picture));
    picture.addEventListener("error", () => picture.remove());
    tile.append(picture);
    picture.src = pictureAddress(one.picture);
  }
  const badge = make("span", { class: "number", "aria-hidden": "true" }, String(number));
  const name = make(FULL_PAGE ? "h2" : "h3", { class: "title" }, badge, one.name);
  const total = make("strong", {}, money(one.total.amount, one.total.currency));
  const left = one.left ? make("span", { class: "left" }, counted(words.left, one.left)) : null;
  const price = make("p", { class: "price" }, total, ` · ${counted(words.nights, one.nights)}`, left);
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
    const cards = line.cards.map((one, n) => card(one, n + 1));
    shown.append(make("div", { class: "cards", role: "group", "aria-label": words.offers }, ...cards));
  }
  return shown;
}

const firstUnsent = () => view.lines.querySelector(".unsent");
const unsentLine = (id) => [...view.lines.querySelectorAll(".unsent")].find((line) => line.dataset.id === id);

function isAtEnd() {
  const { scroller } = view;
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 160;
}

// A long answer is read from its beginning: no further than its first row stays in sight.
function toEnd(line) {
  const { scroller } = view;
  const end = scroller.scrollHeight - scroller.clientHeight;
  const first = line && line.classList.contains("hotel") ? line.offsetTop - 16 : end;
  scroller.scrollTop = Math.min(end, first);
}

function dayLine(at) {
  const before = spokenLines.at(-1);
  if (before && dayOf(before.at) === dayOf(at)) return;
  view.lines.insertBefore(make("li", { class: "day" }, make("span", {}, dayName(at))), firstUnsent());
}

function show(line) {
  if (line.position <= position) return;
  position = line.position;
  const follow = isAtEnd() || line.by_guest;
  view.welcome.hidden = true;
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
    view.lines.insertBefore(node, firstUnsent());
  }
  if (line.by_guest) taken(line.message_id);
  else {
    expectedUntil = 0;
    if (!isOpen() && ready) countFresh(fresh + 1);
  }
  offer(line.by_guest ? null : line, node);
  showTyping();
  if (follow) toEnd(node);
}

function offer(line, node) {
  const hadFocus = [...choosing, ...view.choices.children].includes(view.root.activeElement);
  for (const button of choosing) button.remove();
  choosing = line ? [...node.querySelectorAll(".choose")] : [];
  const onCards = new Set(line ? line.cards.map((one) => one.button) : []);
  const rest = line ? line.buttons.filter((one) => !onCards.has(one.id)) : [];
  view.choices.replaceChildren(...rest.map((one) =>
    make("button", { type: "button", class: "choice", onclick: () => submit(one.title, one.id) }, one.title)));
  view.choices.hidden = rest.length === 0;
  if (hadFocus) refocus(); // what had it is gone; a page that carries us keeps its own
}

function showUnsent(message) {
  if (unsentLine(message.message_id) || spokenLines.some((line) => line.message_id === message.message_id)) return;
  const line = bubble(true, message.text, null);
  line.classList.add("unsent");
  line.dataset.id = message.message_id;
  view.lines.append(line);
  view.welcome.hidden = true;
  offer(null);
  toEnd(null);
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
