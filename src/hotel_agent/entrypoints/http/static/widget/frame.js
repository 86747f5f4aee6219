// The frame: a page of its own, or a button in the corner that opens a panel over somebody else's page.

let view = null; // its parts by name
let labels = []; // what is said anew when the language changes

const isOpen = () => FULL_PAGE || Boolean(view && !view.panel.hidden);

function label(act) {
  labels.push(act);
  act();
}

function build() {
  const { theme = "auto", side = "right" } = SCRIPT.dataset;
  const kind = FULL_PAGE ? "page" : "widget";
  const element = make("div", { "data-hotel-agent": kind, "data-theme": theme, "data-side": side });
  const root = element.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet(); // needs no permission of the page for styles of its own
  style.replaceSync(STYLE);
  root.adoptedStyleSheets = [style];
  view = { element, root };
  const dialog = { class: "panel", role: "dialog", hidden: true, id: "panel" };
  view.panel = FULL_PAGE ? make("div", { class: "panel" }) : make("section", dialog);
  view.panel.append(header(), body());
  root.append(FULL_PAGE ? view.panel : corner());
  document.body.append(element);
}

function corner() {
  const { panel } = view;
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape" && !view.sheet.open) close(); });
  view.badge = make("span", { class: "badge", hidden: true });
  view.launcher = make("button", {
    type: "button", class: "launcher", "aria-expanded": "false", "aria-controls": "panel",
    onclick: () => (isOpen() ? close() : open()),
  });
  const element = make("aside", {}, view.launcher, panel);
  label(() => {
    element.setAttribute("aria-label", words.chat);
    panel.setAttribute("aria-label", `${words.chatWith} ${hotel.name}`);
    nameLauncher();
  });
  return element;
}

function header() {
  const title = make(FULL_PAGE ? "h1" : "h2", { id: "hotel" });
  const initial = make("span", { class: "initial", "aria-hidden": "true" });
  const languages = make("select", { id: "language" });
  languages.addEventListener("change", () => { kept.set("language", languages.value); speak(languages.value); });
  view.connection = make("p", { id: "connection", role: "status" });
  const skip = make("button", { type: "button", class: "skip", onclick: () => view.text.focus() });
  const shut = make("button", { type: "button", class: "round plain", id: "close", onclick: () => close() }, icon("close"));
  label(() => {
    put(title, hotel.name || words.chat);
    put(initial, (hotel.name.replace(/^(hotel|hostal|pousada|posada|the)\s+/i, "") || "·").slice(0, 1).toUpperCase());
    put(skip, words.skip);
    shut.setAttribute("aria-label", words.close);
    languages.setAttribute("aria-label", words.language);
    languages.replaceChildren(...spoken().map((code) => {
      const option = { value: code, selected: code === language, lang: code, "aria-label": WORDS[code].name };
      return make("option", option, code.toUpperCase());
    }));
  });
  const bar = make("div", { class: "bar" }, initial, make("div", { class: "names" }, title), languages, FULL_PAGE ? null : shut);
  return make("header", {}, FULL_PAGE ? skip : null, bar, view.connection);
}

function body() {
  view.lines = make("ol", { id: "lines" });
  const log = { id: "log", role: "log", "aria-live": "polite", "aria-busy": "true", tabindex: "0" };
  view.log = make("div", log, view.lines);
  view.welcome = make("div", { id: "welcome", class: "welcome" });
  view.typing = make("p", { id: "typing", role: "status" });
  view.scroller = make("div", { id: "scroller" }, make("div", { class: "column" }, view.welcome, view.log, view.typing));
  view.choices = make("div", { id: "choices", role: "group", hidden: true });
  const foot = make("div", { class: "foot" }, make("div", { class: "column" }, view.choices, form()));
  view.sheet = make("dialog", { id: "sheet", class: "sheet" });
  label(() => {
    view.log.setAttribute("aria-label", words.log);
    view.choices.setAttribute("aria-label", words.choices);
    const starter = (text) => make("button", { type: "button", class: "choice", onclick: () => submit(text) }, text);
    const starters = words.starters.map(starter);
    const dates = make("button", { type: "button", class: "choice main", onclick: askDates }, icon("calendar"), words.dates);
    dates.disabled = !hotel.name; // its language, its day and how it writes dates are not known yet
    const greeting = make("p", { class: "big" }, words.welcome);
    view.welcome.replaceChildren(greeting, make("p", {}, words.about), make("div", { class: "starters" }, dates, ...starters));
  });
  return make(FULL_PAGE ? "main" : "div", { class: "talk" }, view.scroller, foot, view.sheet);
}

function form() {
  const field = { id: "text", name: "text", rows: "1", maxlength: "4000", enterkeyhint: "send", "aria-describedby": "hint" };
  view.text = make("textarea", field);
  const hint = make("p", { id: "hint", class: "unseen" });
  const dates = make("button", { type: "button", class: "round plain", id: "dates", onclick: askDates }, icon("calendar"));
  const guests = make("button", { type: "button", class: "round plain", id: "guests", onclick: askGuests }, icon("people"));
  const go = make("button", { type: "submit", class: "round go", id: "send" }, icon("send"));
  label(() => {
    view.text.setAttribute("aria-label", words.label);
    view.text.placeholder = words.label;
    put(hint, words.hint);
    for (const [button, name] of [[dates, words.dates], [guests, words.guests], [go, words.send]]) {
      button.setAttribute("aria-label", name);
      button.title = name;
    }
    dates.disabled = guests.disabled = !hotel.name;
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
