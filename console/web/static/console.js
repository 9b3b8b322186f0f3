// Enhancements only: every page works without this module.
import { suggest } from "./suggest.js";

const query = document.querySelector(".ask .query") ?? document.querySelector(".quick input");

document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    query?.focus();
    query?.select();
  }
});

if (query) suggest(query);

// the pages that are watched all day renew themselves, but never under somebody's hands
const watched = ["/", "/alerts", "/health"].includes(location.pathname);
if (watched) {
  setInterval(() => {
    const busy = document.querySelector("details[open] form, input:focus, textarea:focus");
    if (!busy && document.visibilityState === "visible") location.reload();
  }, 60_000);
}

// a form is sent once
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", () => {
    if (form.action.endsWith("/export")) return;
    setTimeout(() => form.querySelectorAll("button").forEach((button) => (button.disabled = true)));
  });
}

// a new custom range belongs to the period field only when a date was touched
const ask = document.querySelector(".ask input[name=period]")?.form;
if (ask) {
  const current = new URLSearchParams(location.search).get("period");
  let touched = false;
  for (const field of ask.querySelectorAll("input[type=datetime-local]")) {
    field.addEventListener("change", () => (touched = true));
  }
  ask.addEventListener("submit", () => {
    if (touched || !current || current === "custom") return;
    ask.elements.period.value = current;
    for (const field of ask.querySelectorAll("input[type=datetime-local]")) field.disabled = true;
  });
}
