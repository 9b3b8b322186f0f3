// Suggestions at the cursor of a query bar, asked of the console itself. Without this module the page has a datalist
// and the button 提示.
const PAUSE = 120;

function listUnder(input) {
  const box = document.createElement("ul");
  box.id = `${input.name}-suggestions`;
  box.className = "suggestions";
  box.setAttribute("role", "listbox");
  box.hidden = true;
  input.after(box);
  input.removeAttribute("list");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", box.id);
  input.setAttribute("aria-expanded", "false");
  return box;
}

function item(suggestion, number, box) {
  const row = document.createElement("li");
  row.id = `${box.id}-${number}`;
  row.setAttribute("role", "option");
  const word = document.createElement("b");
  word.textContent = suggestion.text;
  const note = document.createElement("span");
  note.className = "dim";
  note.textContent = suggestion.note;
  row.append(word, " ", note);
  return row;
}

export function suggest(input) {
  const box = listUnder(input);
  let shown = [];
  let chosen = -1;
  let waiting = 0;
  let asked = 0;

  function close() {
    box.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(number) {
    chosen = (number + shown.length + 1) % (shown.length + 1);
    if (chosen === shown.length) chosen = -1;
    [...box.children].forEach((row, n) => row.setAttribute("aria-selected", String(n === chosen)));
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", box.children[chosen].id);
  }

  function take(suggestion) {
    input.setRangeText(suggestion.text, suggestion.start, suggestion.end, "end");
    input.focus();
    ask();
  }

  function show(suggestions) {
    shown = suggestions;
    box.replaceChildren(...shown.map((suggestion, n) => item(suggestion, n, box)));
    [...box.children].forEach((row, n) => {
      row.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(shown[n]);
      });
    });
    if (!shown.length || document.activeElement !== input) return close();
    box.hidden = false;
    input.setAttribute("aria-expanded", "true");
    choose(-1);
  }

  async function ask() {
    const number = ++asked;
    const parameters = new URLSearchParams({ q: input.value, cursor: String(input.selectionStart ?? 0) });
    const answer = await fetch(`/search/suggest?${parameters}`).catch(() => null);
    if (number === asked && answer?.ok) show(await answer.json());
  }

  input.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (!event.isComposing) waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("compositionend", ask);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !box.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" && box.hidden) {
      ask();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen < 0 && event.key === "ArrowUp" ? shown.length - 1 : chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if ((event.key === "Enter" || event.key === "Tab") && !box.hidden && chosen >= 0) {
      event.preventDefault();
      take(shown[chosen]);
    }
  });
}
