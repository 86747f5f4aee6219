// Sheets over the conversation, in which dates and guests are chosen. What comes out is a message like any other.

function openSheet(title, content, footer) {
  const shut = make("button", { type: "button", class: "round plain", "aria-label": words.dismiss }, icon("close"));
  shut.addEventListener("click", () => view.sheet.close());
  view.sheet.setAttribute("aria-label", title);
  const head = make("div", { class: "sheet-head" }, make("h2", {}, title), shut);
  view.sheet.replaceChildren(head, make("div", { class: "sheet-body" }, ...content), footer);
  view.sheet.onclick = (event) => { if (event.target === view.sheet) view.sheet.close(); };
  view.sheet.showModal();
}

// The bottom of a sheet: what is chosen so far, and the button that says *text()*.
function sheetFoot(text) {
  const summary = make("p", { class: "summary", role: "status" });
  const ask = make("button", { type: "button", class: "choice main" }, words.done);
  ask.addEventListener("click", () => {
    const message = text();
    view.sheet.close();
    submit(message);
  });
  return { element: make("div", { class: "sheet-foot" }, summary, ask), summary, ask };
}

function askDates() {
  const days = calendar(() => tell());
  const fields = partyFields(() => tell());
  const foot = sheetFoot(() => {
    const { arrival, departure } = days.stay();
    return filled(words.stay, { a: written(arrival), b: written(departure), party: partyWords() });
  });
  function tell() {
    const stay = days.stay();
    foot.ask.disabled = !stay;
    if (!stay) return put(foot.summary, days.asking());
    const [from, to] = [stay.arrival, stay.departure].map((day) => said(day, { day: "numeric", month: "short" }));
    return put(foot.summary, `${from} – ${to} · ${counted(words.nights, nightsBetween(stay.arrival, stay.departure))}`);
  }
  tell();
  openSheet(words.dates, [days.element, fields], foot.element);
  days.focus();
}

function askGuests() {
  const fields = partyFields(() => tell());
  const foot = sheetFoot(partyWords);
  const tell = () => put(foot.summary, partyWords());
  tell();
  openSheet(words.guests, [fields], foot.element);
}
