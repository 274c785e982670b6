// Sorts the groups by a column, and shows those that somebody looks for. Without it the table is whole and unsorted.
"use strict";
(() => {
  const table = document.getElementById("table");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const words = document.getElementById("words");
  const state = document.getElementById("state");
  const shown = document.getElementById("shown");
  const texts = rows.map(row => `${row.cells[0].textContent} ${row.cells[1].textContent}`.toLowerCase());
  const compare = new Intl.Collator(undefined, {numeric: true}).compare;

  function filter() {
    const wanted = words.value.trim().toLowerCase();
    let count = 0;
    rows.forEach((row, index) => {
      row.hidden = !(texts[index].includes(wanted) && (!state.value || row.dataset.state === state.value));
      count += !row.hidden;
    });
    shown.textContent = `${count} of ${rows.length}`;
  }

  function sort(heading, column) {
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const keys = new Map(rows.map(row => {
      const cell = row.cells[column];
      return [row, "sort" in cell.dataset ? Number(cell.dataset.sort) : cell.textContent.trim()];
    }));
    const sorted = [...rows].sort((one, other) => {
      const a = keys.get(one), b = keys.get(other);
      const order = typeof a === "number" ? a - b : compare(a, b);
      return down ? -order : order;
    });
    body.append(...sorted);
  }

  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    if ("plain" in heading.dataset) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    button.addEventListener("click", () => sort(heading, column));
    heading.replaceChildren(button);
  });
  document.getElementById("filter").hidden = false;
  document.getElementById("filter").addEventListener("submit", event => event.preventDefault());
  words.addEventListener("input", filter);
  state.addEventListener("input", filter);
  filter();
})();
