// Suggestions for the query bar: field names and known values, served by the console itself.
let known = null;

async function load() {
  known ??= await fetch("/search/words").then((answer) => answer.json());
  return known;
}

function list(input) {
  const id = "suggestions";
  let box = document.getElementById(id);
  if (!box) {
    box = document.createElement("datalist");
    box.id = id;
    input.after(box);
  }
  input.setAttribute("list", id);
  return box;
}

export function suggest(input) {
  const box = list(input);
  input.addEventListener("focus", load, { once: true });
  input.addEventListener("input", async () => {
    const words = await load();
    const last = input.value.split(/[\s(]+/).pop().toLowerCase();
    const before = input.value.slice(0, input.value.length - last.length);
    const fits = last
      ? words.filter((word) => word.text.toLowerCase().includes(last) || word.note.includes(last))
      : [];
    box.replaceChildren(
      ...fits.slice(0, 12).map((word) => {
        const option = document.createElement("option");
        option.value = before + word.text;
        option.label = word.note;
        return option;
      }),
    );
  });
}
