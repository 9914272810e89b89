"use strict";
const INVALID_SESSION = document.body.dataset.invalidSession === "true";
const all = (what) => document.querySelectorAll(what);

// displayErrorCard puts SePay's error card in the place of the page.
function displayErrorCard(message) {
  const card = document.querySelector('.card[data-state="init"]');
  if (!card) return;
  if (message) card.querySelector(".message").textContent = message;
  card.dataset.state = "error";
  for (const part of card.parentElement.children) part.hidden = part !== card;
}

// refused says whether an answer is the error card, with any status, or another
// refusal that asking again does not change.
function refused(answer) {
  return answer.headers.has("X-LocalSepay-Reason") || answer.status >= 400 && answer.status < 500 && ![408, 425, 429].includes(answer.status);
}

// follow loads the page again when the order has another state than the page.
function follow({ statusUrl, eventsUrl, pageUrl, orderState }) {
  let shown = orderState, stream, timer, over = false;
  const stop = () => { over = true; if (stream) stream.close(); clearTimeout(timer); };
  const fail = () => { stop(); displayErrorCard(); };
  const load = () => location.replace(pageUrl || location.pathname + location.search);
  const see = (news) => {
    if (over || !news || news.state === undefined) return;
    if (!shown) shown = news.state;
    if (news.state === shown) return;
    stop();
    load();
  };
  const ask = async () => {
    clearTimeout(timer);
    timer = undefined;
    if (!statusUrl) return;
    try {
      const answer = await fetch(statusUrl, { cache: "no-store" });
      if (refused(answer)) { fail(); return; }
      if (answer.ok) see(await answer.json());
    } catch { /* The emulator may be starting again: ask once more. */ }
    if (!over && !(stream && stream.readyState === 1)) poll();
  };
  const poll = () => { if (statusUrl && !over && !timer) timer = setTimeout(ask, 2000); };
  if (eventsUrl && window.EventSource) {
    stream = new EventSource(eventsUrl);
    stream.onmessage = (event) => { try { see(JSON.parse(event.data)); } catch { /* Not ours. */ } };
    stream.addEventListener("gone", fail); // A reset took the order away.
    stream.onopen = ask; // What happened before the stream began.
    stream.onerror = poll;
  } else poll();
  addEventListener("pagehide", stop);
  addEventListener("submit", stop); // The form leads on; news now would break it off.
  // A page from the browser's memory is old.
  addEventListener("pageshow", (event) => { if (event.persisted) load(); });
}

// countDown ticks the wait. The server knows the end; this only shows it.
function countDown(clock) {
  const left = Number(clock.dataset.left), scale = Number(clock.dataset.scale), from = performance.now();
  if (!scale) return;
  const two = (n) => String(n).padStart(2, "0");
  const tick = () => {
    const s = Math.max(0, Math.ceil(left - (performance.now() - from) / 1000 * scale));
    const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
    clock.textContent = (h ? h + ":" : "") + two(m) + ":" + two(s % 60);
    if (!s) clearInterval(timer);
  };
  const timer = setInterval(tick, 250);
}

// leave counts the seconds until the browser goes back to the shop; who presses
// stop stays.
function leave(line) {
  const text = line.querySelector("span"), stop = line.querySelector("button"), from = performance.now(), after = Number(line.dataset.after);
  const tick = () => {
    const left = Math.max(0, Math.ceil(after - (performance.now() - from) / 1000));
    text.textContent = text.textContent.replace(/\d+/, left);
    if (left) return;
    clearInterval(timer);
    location.assign(line.dataset.leave);
  };
  const timer = setInterval(tick, 200);
  addEventListener("pagehide", () => clearInterval(timer));
  addEventListener("pageshow", (event) => { if (event.persisted) { text.textContent = ""; if (stop) stop.hidden = true; } });
  if (!stop) return;
  stop.hidden = false;
  stop.addEventListener("click", () => {
    clearInterval(timer);
    text.textContent = document.getElementById("said").textContent = stop.dataset.done;
    stop.hidden = true;
  });
}

// copy needs a second way, for a page that is neither https nor localhost.
async function copy(text) {
  try { await navigator.clipboard.writeText(text); return; } catch { /* Try the old way. */ }
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

for (const button of all("button[data-copy]")) {
  const label = button.querySelector("span"), before = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await copy(button.dataset.copy);
    button.focus();
    label.textContent = document.getElementById("said").textContent = button.dataset.done;
    setTimeout(() => { label.textContent = before; document.getElementById("said").textContent = ""; }, 1500);
  });
}

// One press is one payment, also for an impatient finger.
for (const form of all("form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => { delete form.dataset.sent; });
}

const card = document.getElementById("card");
if (card) {
  const { card_number: number, card_holder_name: holder, card_expiry: expiry, card_cvv: cvv } = card.elements;
  const group = () => { number.value = number.value.replace(/\D/g, "").replace(/(.{4})(?=.)/g, "$1 "); };
  number.addEventListener("change", group);
  expiry.addEventListener("input", (event) => {
    if (!event.data) return;
    expiry.value = expiry.value.replace(/^(\d\d)(\d)/, "$1/$2");
  });
  card.addEventListener("submit", () => { number.value = number.value.replace(/\s/g, ""); });
  for (const row of all("tr[data-number]")) {
    const button = row.querySelector(".fill");
    button.hidden = false;
    row.querySelector(".plain").hidden = true;
    button.addEventListener("click", () => {
      number.value = row.dataset.number;
      group();
      expiry.value = row.dataset.expiry;
      cvv.value = row.dataset.cvv;
      holder.value = holder.value || holder.placeholder;
      card.querySelector(".button").focus();
    });
  }
}

const drop = document.querySelector("[data-drop]");
if (drop) {
  const input = drop.querySelector("input");
  const take = (event, from) => {
    if (!from || !from.files.length) return;
    event.preventDefault();
    input.files = from.files;
    input.form.requestSubmit();
  };
  for (const hint of all("[data-script]")) hint.hidden = false;
  input.addEventListener("change", () => { if (input.files.length) input.form.requestSubmit(); });
  addEventListener("paste", (event) => take(event, event.clipboardData));
  addEventListener("drop", (event) => { drop.classList.remove("over"); take(event, event.dataTransfer); });
  addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  addEventListener("dragleave", () => drop.classList.remove("over"));
}

for (const line of all("[data-leave]")) leave(line);
for (const clock of all(".clock")) countDown(clock);
if (INVALID_SESSION) displayErrorCard();
else if (document.body.dataset.statusUrl || document.body.dataset.eventsUrl) follow(document.body.dataset);
