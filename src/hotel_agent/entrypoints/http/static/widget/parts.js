// What the view is made of. Whatever anybody wrote becomes a text node, never markup.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  chat: "M4 5h16v11H9l-5 4z",
  close: "M6 6l12 12M18 6L6 18",
  send: "M5 12h13M12 5l7 7-7 7",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v5M16 3v5",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2 .8 3.2 2.7 3.5 5.5",
  left: "M14 6l-6 6 6 6",
  right: "M10 6l6 6-6 6",
  bed: "M3 6v13M3 16h18M21 19v-5a3 3 0 0 0-3-3h-8v5M6.5 12.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z",
};

function make(kind, attributes = {}, ...children) {
  const element = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  drawing.append(path);
  return drawing;
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text; // saying the same again would be read out again
}

// Hours and days as the reader writes them; the hotel's money as the reader's language writes it.
const timeOf = (at) => new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
const dayOf = (at) => new Date(at).toDateString();

function dayName(at) {
  if (dayOf(at) === dayOf(Date.now())) return words.today;
  if (dayOf(at) === dayOf(Date.now() - 86400000)) return words.yesterday;
  return new Intl.DateTimeFormat(locale(), { weekday: "long", day: "numeric", month: "long" }).format(new Date(at));
}

function money(amount, currency) {
  const whole = /^-?\d+(\.0+)?$/.test(amount);
  const digits = whole ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {};
  return new Intl.NumberFormat(locale(), { style: "currency", currency, ...digits }).format(Number(amount));
}

// The browser's own variant of the language where it has one: es-AR and es-ES write days and money differently.
const locale = () => navigator.languages.find((tag) => tag.slice(0, 2).toLowerCase() === language) || language;

let language = "en";
let words = WORDS.en;
