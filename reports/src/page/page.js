"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Sorting: every heading of a sortable table becomes a button.
  for (const table of all("table.sortable")) {
    const headings = all("thead th", table);
    const body = table.tBodies[0];
    const original = [...body.rows];
    headings.forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const next = { none: "ascending", ascending: "descending", descending: "none" };
        const order = next[heading.getAttribute("aria-sort") ?? "none"];
        headings.forEach((other) => other.removeAttribute("aria-sort"));
        if (order === "none") return body.append(...original);
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

  // Choosing which schedulers are shown.
  const choice = document.querySelector("#choice");
  if (choice) {
    choice.hidden = false;
    choice.addEventListener("change", () => {
      const hidden = all("input:not(:checked)", choice).map((box) => box.value);
      document.body.dataset.hidden = hidden.join(" ");
    });
  }

  // Values under the pointer; figures over time share one cursor.
  const figures = all("figure[data-along]").map((figure) => {
    const svg = figure.querySelector("svg");
    const areas = svg.dataset.areas.split(";").map((area) => area.split(",").map(Number));
    const cursors = areas.map(([left, , top, bottom]) => {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
      line.setAttribute("class", "cursor");
      line.setAttribute("x1", left);
      line.setAttribute("x2", left);
      line.setAttribute("y1", top);
      line.setAttribute("y2", bottom);
      svg.append(line);
      return line;
    });
    const table = figure.querySelector("table");
    const rows = table ? all("tbody tr[data-f]", table) : [];
    return { figure, svg, areas, cursors, rows, caption: figure.querySelector("figcaption"), words: figure.querySelector("figcaption").textContent };
  });

  const show = (shown, part) => {
    shown.cursors.forEach((line, number) => {
      const [left, right] = shown.areas[number];
      line.classList.toggle("on", part !== null);
      if (part !== null) line.setAttribute("transform", `translate(${part * (right - left)} 0)`);
    });
    if (part === null) return void (shown.caption.textContent = shown.words);
    if (!shown.rows.length) return;
    const distance = (row) => Math.abs(row.dataset.f - part);
    const row = shown.rows.reduce((best, other) => (distance(other) < distance(best) ? other : best));
    const headings = all("thead th", shown.figure);
    const hidden = (document.body.dataset.hidden ?? "").split(" ");
    const cells = [...row.cells].slice(1).map((cell, at) => [headings[at + 1].textContent, cell.textContent]);
    const values = cells.filter(([name]) => !hidden.includes(name)).map(([name, value]) => `${name} ${value}`);
    shown.caption.textContent = `${row.cells[0].textContent}: ${values.join(", ")}`;
  };

  for (const own of figures) {
    const linked = own.figure.dataset.along === "time" ? figures.filter((other) => other.figure.dataset.along === "time") : [own];
    own.svg.addEventListener("pointermove", (event) => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(own.svg.getScreenCTM().inverse());
      const under = own.areas.find(([left, right, top, bottom]) => point.x >= left && point.x <= right && point.y >= top && point.y <= bottom);
      const part = under ? (point.x - under[0]) / (under[1] - under[0]) : null;
      linked.forEach((other) => show(other, part));
    });
    own.svg.addEventListener("pointerleave", () => linked.forEach((other) => show(other, null)));
  }
})();
