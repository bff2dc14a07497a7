// Sorting: every heading of a sortable table becomes a button.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

for (const table of all("table.sortable")) {
  const headings = all("thead th", table);
  const body = table.tBodies[0];
  const original = [...body.rows];
  const first = headings.map((heading) => heading.getAttribute("aria-sort"));
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    let order = "none";
    button.addEventListener("click", () => {
      if (!heading.hasAttribute("aria-sort")) order = "none";
      order = { none: "ascending", ascending: "descending", descending: "none" }[order];
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      if (order === "none") {
        headings.forEach((other, at) => first[at] && other.setAttribute("aria-sort", first[at]));
        return body.append(...original);
      }
      heading.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const number = (row) => row.cells[column].dataset.v;
      const compare = (a, b) => {
        const [left, right] = [number(a), number(b)];
        if (left !== undefined && right !== undefined) return sign * (left - right);
        if (left !== undefined || right !== undefined) return left === undefined ? 1 : -1;
        return sign * a.cells[column].textContent.localeCompare(b.cells[column].textContent);
      };
      body.append(...[...original].sort(compare));
    });
  });
}
