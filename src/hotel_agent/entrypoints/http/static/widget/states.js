// What the chat is at: open or closed, typing, cut off, in which language.

let fresh = 0; // lines of the hotel that came while the chat was closed

const spoken = () => hotel.languages.filter((code) => code in WORDS);

function notice(text) {
  put(view.connection, text);
}

function showTyping() {
  const works = (inHand > 0 && tries === 0) || Date.now() < expectedUntil;
  const text = works ? `${hotel.name || words.chat} ${words.typing}` : "";
  const before = view.typing.textContent;
  put(view.typing, text);
  if (text && !before) toEnd(null);
}

// Back to where one goes on: the message field, unless that would bring up a keyboard over half of the screen.
function refocus() {
  if (!isOpen() || view.sheet.open) return;
  if ([view.text, view.root.getElementById("language")].includes(view.root.activeElement)) return;
  (matchMedia("(pointer: fine)").matches ? view.text : view.log).focus({ preventScroll: true });
}

function speak(code) {
  language = code;
  words = WORDS[code];
  view.element.lang = code;
  if (FULL_PAGE) {
    document.documentElement.lang = code;
    document.title = hotel.name ? `${words.chatWith} ${hotel.name}` : words.chat;
  }
  labels.forEach((act) => act());
  // What was said is shown anew, with hours and prices as this language writes them, and not read out again.
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
  view.launcher.replaceChildren(icon(isOpen() ? "close" : "chat"), view.badge);
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
