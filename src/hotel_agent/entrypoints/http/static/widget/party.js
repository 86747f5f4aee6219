// Who comes: grown-ups, children and, where given, their ages; kept while the page is open.

const MOST_ADULTS = 12;
const MOST_CHILDREN = 8;
const GROWN_UP = 18;
const party = { adults: 2, ages: [] }; // an age is a text, empty while it was not said

function partyWords() {
  const { adults, ages } = party;
  const grown = counted(words.adults, adults);
  if (ages.length === 0) return grown;
  let young = counted(words.children, ages.length);
  if (ages.every((age) => age !== "")) {
    const list = new Intl.ListFormat(language, { type: "conjunction" }).format(ages);
    const form = ages.length === 1 && Number(ages[0]) <= 1 ? words.ages.one : words.ages.other;
    young += " " + filled(form, { ages: list });
  }
  return grown + words.and + young;
}

function partyFields(changed) {
  const element = make("div", { class: "party" });

  function stepper(name, value, low, high, set) {
    const output = make("output", { "aria-label": name, "aria-live": "polite" }, String(value));
    const step = (n, sign, text) => make("button", {
      type: "button", class: "round", disabled: value + n < low || value + n > high, "aria-label": filled(text, { what: name }),
      onclick: () => { set(value + n); draw(`${name} ${n}`); changed(); }, "data-step": `${name} ${n}`,
    }, sign);
    const [fewer, more] = [step(-1, "−", words.fewer), step(1, "+", words.more)];
    return make("div", { class: "stepper" }, make("span", {}, name), fewer, output, more);
  }

  function age(n) {
    const name = (years) => (years === 0 ? words.infant : years === 1 ? words.year : filled(words.years, { n: years }));
    const option = (value, text) => make("option", { value, selected: party.ages[n] === value }, text);
    const choices = Array.from({ length: GROWN_UP }, (_, years) => option(String(years), name(years)));
    const select = make("select", {}, option("", "—"), ...choices);
    select.addEventListener("change", () => { party.ages[n] = select.value; changed(); });
    return make("label", { class: "age" }, make("span", {}, filled(words.age, { n: n + 1 })), select);
  }

  function draw(pressed) {
    element.replaceChildren(
      stepper(words.adultsLabel, party.adults, 1, MOST_ADULTS, (n) => { party.adults = n; }),
      stepper(words.childrenLabel, party.ages.length, 0, MOST_CHILDREN, (n) => {
        party.ages = Array.from({ length: n }, (_, one) => party.ages[one] ?? "");
      }),
      ...party.ages.map((_, n) => age(n)),
    );
    const again = [...element.querySelectorAll("[data-step]")];
    const same = again.find((one) => one.dataset.step === pressed);
    if (pressed) (same.disabled ? again.find((one) => one !== same && same.parentElement === one.parentElement) : same).focus();
  }

  draw("");
  return element;
}
