// Choosing the days of a stay: the first press is the arrival, the second the departure. Days are texts like 2026-12-31.

const DAY_MS = 86400000;
const utc = (day) => new Date(day + "T00:00:00Z");
const plus = (day, n) => new Date(utc(day).getTime() + n * DAY_MS).toISOString().slice(0, 10);
const nightsBetween = (a, b) => Math.round((utc(b) - utc(a)) / DAY_MS);
const firstOf = (day) => day.slice(0, 8) + "01";
const monthsOn = (day, n) => {
  const wanted = new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1 + n, 1));
  const last = new Date(Date.UTC(wanted.getUTCFullYear(), wanted.getUTCMonth() + 1, 0)).getUTCDate();
  return wanted.toISOString().slice(0, 8) + String(Math.min(Number(day.slice(8)), last)).padStart(2, "0");
};
const said = (day, style) => new Intl.DateTimeFormat(locale(), { timeZone: "UTC", ...style }).format(utc(day));
const weekStart = () => {
  const tag = new Intl.Locale(locale());
  return (tag.getWeekInfo?.() || tag.weekInfo || {}).firstDay ?? 1;
};

// As the hotel writes dates, so that it reads them right.
function written(day) {
  const [year, month, date] = day.split("-");
  return hotel.day_first ? `${date}/${month}/${year}` : `${month}/${date}/${year}`;
}

function calendar(changed) {
  const earliest = hotel.today;
  const latest = plus(earliest, hotel.max_days_ahead);
  let arrival = null;
  let departure = null;
  let current = earliest; // the day that the keyboard is on
  const title = make("h3", { class: "month", "aria-live": "polite" });
  const before = make("button", { type: "button", class: "round", "aria-label": words.before }, icon("left"));
  const after = make("button", { type: "button", class: "round", "aria-label": words.after }, icon("right"));
  before.addEventListener("click", () => turn(-1));
  after.addEventListener("click", () => turn(1));
  const grid = make("table", { role: "grid", class: "days", onkeydown: keyed });
  const element = make("div", { class: "calendar" }, make("div", { class: "turner" }, before, title, after), grid);

  function within(day) { return day < earliest ? earliest : day > latest ? latest : day; }

  function turn(n) {
    current = within(n < 0 ? monthsOn(current, n) : firstOf(monthsOn(current, n)));
    draw(false);
  }

  function choose(day) {
    if (arrival && !departure && day > arrival) departure = day;
    else [arrival, departure] = [day, null];
    current = day;
    draw(true);
    changed();
  }

  function keyed(event) {
    const column = (utc(current).getUTCDay() - (weekStart() % 7) + 7) % 7;
    const moves = {
      ArrowLeft: () => plus(current, -1), ArrowRight: () => plus(current, 1),
      ArrowUp: () => plus(current, -7), ArrowDown: () => plus(current, 7),
      Home: () => plus(current, -column), End: () => plus(current, 6 - column),
      PageUp: () => monthsOn(current, -1), PageDown: () => monthsOn(current, 1),
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    current = within(moves[event.key]());
    draw(true);
  }

  function cell(day) {
    const off = day < earliest || day > latest;
    const role = day === arrival ? words.arrival : day === departure ? words.departure : "";
    const full = said(day, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
    const button = make("button", {
      type: "button", tabindex: day === current ? 0 : -1, disabled: off, "data-day": day,
      "aria-label": role ? `${full}, ${role}` : full, "aria-current": day === earliest ? "date" : null,
      onclick: () => choose(day),
    }, String(Number(day.slice(8))));
    const inside = arrival && departure && day > arrival && day < departure;
    const kind = [role && "end", day === arrival && departure && "from", day === departure && "to", inside && "inside"];
    const selected = String(Boolean(role || inside));
    return make("td", { role: "gridcell", "aria-selected": selected, class: kind.filter(Boolean).join(" ") }, button);
  }

  function draw(withFocus) {
    const month = firstOf(current);
    put(title, said(month, { month: "long", year: "numeric" }));
    before.disabled = month <= earliest;
    after.disabled = monthsOn(month, 1) > latest;
    const lead = (utc(month).getUTCDay() - (weekStart() % 7) + 7) % 7;
    const head = make("tr", {}, ...Array.from({ length: 7 }, (_, n) => {
      const day = plus(month, n - lead);
      return make("th", { scope: "col", abbr: said(day, { weekday: "long" }) }, said(day, { weekday: "narrow" }));
    }));
    const rows = [];
    for (let day = plus(month, -lead); day < monthsOn(month, 1); day = plus(day, 7)) {
      const week = Array.from({ length: 7 }, (_, n) => plus(day, n));
      rows.push(make("tr", {}, ...week.map((one) => (firstOf(one) === month ? cell(one) : make("td", { role: "gridcell" })))));
    }
    grid.replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows));
    grid.setAttribute("aria-label", title.textContent);
    if (withFocus) grid.querySelector("[tabindex='0']")?.focus();
  }

  draw(false);
  return {
    element,
    stay: () => (arrival && departure ? { arrival, departure } : null),
    asking: () => (arrival && !departure ? words.pickDeparture : words.pickArrival),
    focus: () => grid.querySelector("[tabindex='0']")?.focus(),
  };
}
