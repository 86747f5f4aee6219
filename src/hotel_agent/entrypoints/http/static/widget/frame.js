// The frame: a page of its own, or a button in the corner that opens a panel over somebody else's page.

let hotel = { name: "", languages: ["en"], today: new Date().toISOString().slice(0, 10), day_first: true, max_days_ahead: 365, max_text: 4000 };
let view = null;
let labels = []; // what is said anew when the language changes

const isOpen = () => FULL_PAGE || !view.panel.hidden;

function label(act) {
  labels.push(act);
  act();
}

function build() {
  const element = make("div", { "data-hotel-agent": FULL_PAGE ? "page" : "widget", "data-theme": SCRIPT.dataset.theme || "auto", "data-side": SCRIPT.dataset.side || "right" });
  const root = element.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet(); // needs no permission of the page for styles of its own
  style.replaceSync(STYLE);
  root.adoptedStyleSheets = [style];
  view = { element, root };
  const frame = FULL_PAGE ? make("div", { class: "panel" }) : make("section", { class: "panel", role: "dialog", hidden: true, id: "panel" });
  frame.append(header(), body());
  view.panel = frame;
  if (FULL_PAGE) {
    const skip = make("a", { class: "skip", href: "#text", onclick: (event) => { event.preventDefault(); view.text.focus(); } });
    label(() => put(skip, words.skip));
    root.append(skip, frame);
  } else {
    frame.addEventListener("keydown", (event) => { if (event.key === "Escape" && !view.sheet.open) close(); });
    view.badge = make("span", { class: "badge", hidden: true });
    view.launcher = make("button", { type: "button", class: "launcher", "aria-expanded": "false", "aria-controls": "panel", onclick: () => (isOpen() ? close() : open()) }, icon("chat"), view.badge);
    const corner = make("aside", {}, view.launcher, frame);
    label(() => {
      corner.setAttribute("aria-label", words.chat);
      frame.setAttribute("aria-label", `${words.chatWith} ${hotel.name}`);
      nameLauncher();
    });
    root.append(corner);
  }
  document.body.append(element);
}

function header() {
  const title = make(FULL_PAGE ? "h1" : "h2", { id: "hotel" });
  const initial = make("span", { class: "initial", "aria-hidden": "true" });
  view.connection = make("p", { id: "connection", role: "status" });
  const languages = make("select", { id: "language", onchange: (event) => { kept.set("language", event.target.value); speak(event.target.value); } });
  label(() => {
    put(title, hotel.name || words.chat);
    put(initial, (hotel.name.replace(/^(hotel|hostal|pousada|posada|the)\s+/i, "") || "·").slice(0, 1).toUpperCase());
    languages.setAttribute("aria-label", words.language);
    languages.replaceChildren(...spoken().map((code) => make("option", { value: code, selected: code === language, lang: code, "aria-label": WORDS[code].name }, code.toUpperCase())));
  });
  const bar = make("div", { class: "bar" }, initial, make("div", { class: "names" }, title), languages);
  if (!FULL_PAGE) {
    const shut = make("button", { type: "button", class: "round plain", id: "close", onclick: close }, icon("close"));
    label(() => shut.setAttribute("aria-label", words.close));
    bar.append(shut);
  }
  return make("header", {}, bar, view.connection);
}

function body() {
  view.lines = make("ol", { id: "lines" });
  view.log = make("div", { id: "log", role: "log", "aria-live": "polite", "aria-busy": "true", tabindex: "0" }, view.lines);
  view.welcome = make("div", { id: "welcome", class: "welcome" });
  view.typing = make("p", { id: "typing", role: "status" });
  view.scroller = make("div", { id: "scroller" }, make("div", { class: "column" }, view.welcome, view.log, view.typing));
  view.choices = make("div", { id: "choices", role: "group", hidden: true });
  label(() => {
    view.log.setAttribute("aria-label", words.log);
    view.choices.setAttribute("aria-label", words.choices);
    const starters = words.starters.map((text) => make("button", { type: "button", class: "choice", onclick: () => submit(text) }, text));
    const dates = make("button", { type: "button", class: "choice main", onclick: () => askDates() }, icon("calendar"), words.dates);
    view.welcome.replaceChildren(make("p", { class: "big" }, words.welcome), make("p", {}, words.about), make("div", { class: "starters" }, dates, ...starters));
  });
  view.foot = make("div", { class: "foot" }, make("div", { class: "column" }, view.choices, form()));
  view.sheet = make("dialog", { id: "sheet", class: "sheet" });
  return make(FULL_PAGE ? "main" : "div", { class: "talk" }, view.scroller, view.foot, view.sheet);
}

function form() {
  view.text = make("textarea", { id: "text", name: "text", rows: "1", maxlength: "4000", enterkeyhint: "send", "aria-describedby": "hint" });
  const hint = make("p", { id: "hint", class: "unseen" });
  const dates = make("button", { type: "button", class: "round plain", id: "dates", onclick: () => askDates() }, icon("calendar"));
  const guests = make("button", { type: "button", class: "round plain", id: "guests", onclick: () => askGuests() }, icon("people"));
  const go = make("button", { type: "submit", class: "round go", id: "send" }, icon("send"));
  label(() => {
    view.text.setAttribute("aria-label", words.label);
    view.text.placeholder = words.label;
    put(hint, words.hint);
    for (const [button, name] of [[dates, words.dates], [guests, words.guests], [go, words.send]]) {
      button.setAttribute("aria-label", name);
      button.title = name;
    }
  });
  const element = make("form", { id: "form", autocomplete: "off" }, dates, guests, view.text, go, hint);
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = view.text.value.trim();
    view.text.value = "";
    if (text) submit(text);
  });
  view.text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    element.requestSubmit();
  });
  return element;
}

// ---------------------------------------------------------------- choosing dates and guests

function sheet(title, content, footer) {
  const shut = make("button", { type: "button", class: "round plain", "aria-label": words.dismiss, onclick: () => view.sheet.close() }, icon("close"));
  view.sheet.setAttribute("aria-label", title);
  view.sheet.replaceChildren(make("div", { class: "sheet-head" }, make("h2", {}, title), shut), ...content, footer);
  view.sheet.onclose = refocus;
  view.sheet.onclick = (event) => { if (event.target === view.sheet) view.sheet.close(); };
  view.sheet.showModal();
}

function sheetFoot(text) {
  const summary = make("p", { class: "summary", role: "status" });
  const ask = make("button", { type: "button", class: "choice main", onclick: () => { const said = text(); view.sheet.close(); if (said) submit(said); } }, words.done);
  return { element: make("div", { class: "sheet-foot" }, summary, ask), summary, ask };
}

function askDates() {
  const days = calendar(() => tell());
  const fields = partyFields(() => tell());
  const foot = sheetFoot(() => {
    const stay = days.stay();
    return stay && filled(words.stay, { a: written(stay.arrival), b: written(stay.departure), party: partyWords() });
  });
  function tell() {
    const stay = days.stay();
    const day = (one) => said(one, { day: "numeric", month: "short" });
    put(foot.summary, stay ? `${day(stay.arrival)} – ${day(stay.departure)} · ${counted(words.nights, nightsBetween(stay.arrival, stay.departure))}` : days.asking());
    foot.ask.disabled = !stay;
  }
  tell();
  sheet(words.dates, [make("div", { class: "sheet-body" }, days.element, fields)], foot.element);
  days.focus();
}

function askGuests() {
  const fields = partyFields(() => tell());
  const foot = sheetFoot(partyWords);
  const tell = () => put(foot.summary, partyWords());
  tell();
  sheet(words.guests, [make("div", { class: "sheet-body" }, fields)], foot.element);
}

// ---------------------------------------------------------------- states

function notice(text) {
  put(view.connection, text);
}

function showTyping() {
  const text = inHand > 0 || Date.now() < expectedUntil ? `${hotel.name} ${words.typing}` : "";
  const before = view.typing.textContent;
  put(view.typing, text);
  if (text && !before) toEnd(null);
}

function refocus() {
  if (isOpen() && matchMedia("(pointer: fine)").matches) view.text.focus({ preventScroll: true });
}

const spoken = () => hotel.languages.filter((code) => code in WORDS);

function speak(code) {
  language = code;
  words = WORDS[code];
  view.element.lang = code;
  if (FULL_PAGE) document.documentElement.lang = code;
  if (FULL_PAGE) document.title = hotel.name ? `${words.chatWith} ${hotel.name}` : words.chat;
  labels.forEach((act) => act());
  // What was said is shown anew, with hours and prices as this language writes them.
  const lines = spokenLines;
  view.log.setAttribute("aria-busy", "true");
  view.lines.replaceChildren();
  [position, spokenLines] = [0, []];
  lines.forEach(show);
  unsent.all().forEach(showUnsent);
  view.welcome.hidden = view.lines.children.length > 0;
  view.log.setAttribute("aria-busy", String(!ready));
  showTyping();
}

function nameLauncher() {
  const name = isOpen() ? words.close : words.open;
  view.launcher.setAttribute("aria-label", fresh ? `${name}, ${counted(words.fresh, fresh)}` : name);
}

function countFresh(n) {
  fresh = n;
  if (!view.launcher) return;
  view.badge.hidden = n === 0;
  put(view.badge, n ? String(n) : "");
  nameLauncher();
}

function open() {
  view.panel.hidden = false;
  view.launcher.setAttribute("aria-expanded", "true");
  countFresh(0);
  remember(true);
  hear();
  toEnd(null);
  view.text.focus();
}

function close() {
  view.panel.hidden = true;
  view.launcher.setAttribute("aria-expanded", "false");
  nameLauncher();
  remember(false);
  view.launcher.focus();
}

// Whoever goes from one page of the site to the next finds the chat as it was left.
function remember(isOpenNow) {
  try { sessionStorage.setItem(OURS + "open", isOpenNow ? "1" : ""); } catch { /* it begins closed */ }
}

function wasOpen() {
  try { return sessionStorage.getItem(OURS + "open") === "1"; } catch { return false; }
}
