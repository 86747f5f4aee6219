// Beginning: who the hotel is, what was said, what is still to be sent.

let hotel = { // until the server has said
  name: "", languages: Object.keys(WORDS), today: new Date().toISOString().slice(0, 10), day_first: true, max_days_ahead: 365, max_text: 4000,
};

function preferred() {
  const page = FULL_PAGE ? "" : document.documentElement.lang;
  const wanted = [kept.get("language"), SCRIPT.dataset.language, page, ...navigator.languages];
  const codes = wanted.filter(Boolean).map((tag) => tag.slice(0, 2).toLowerCase());
  return codes.find((code) => spoken().includes(code)) || spoken()[0] || "en";
}

async function findHotel() {
  for (let failed = 0; ; failed += 1) {
    try {
      const answer = await call("chat/hotel");
      if (answer.ok) {
        const found = await answer.json();
        if (failed && view) notice("");
        return found;
      }
      if (answer.status < 500 && answer.status !== 429) return null;
    } catch { /* no connection, or this site is not allowed: nobody is bothered with that */ }
    if (view) notice(words.lost);
    await pause(backOff(failed));
  }
}

async function begin() {
  if (document.querySelector("[data-hotel-agent]")) return; // the tag stands twice in the page
  if (FULL_PAGE) {
    build();
    speak(preferred());
  }
  const found = await findHotel();
  if (found) hotel = found;
  else if (FULL_PAGE) notice(words.noHotel);
  if (!found) return;
  if (!view) build();
  view.text.maxLength = hotel.max_text;
  speak(preferred());
  if (!kept.get("token")) nowReady();
  // Messages of a page that was closed, and have no answer yet.
  unsent.all().forEach(showUnsent);
  setInterval(showTyping, 1000);
  if (!FULL_PAGE && (wasOpen() || SCRIPT.dataset.open === "true")) open();
  hear();
  send();
  if (FULL_PAGE && matchMedia("(pointer: fine)").matches) view.text.focus();
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
else begin();
