// Figures: which schedulers are shown, which part is looked at, and what is under the pointer.
const figures = all("figure").map((figure) => ({ figure, along: figure.dataset.along, charts: all(".plot, .rows", figure).map((plot) => new Chart(plot)), window: null }));
const linked = (own) => (own.along === "time" ? figures.filter((other) => other.along === "time") : [own]);

// Axes follow what is shown; panels keep one scale.
const redraw = (own) => {
  for (const form of ["wide", "narrow"]) {
    const charts = own.charts.filter((chart) => chart.svg.classList.contains(form) && !chart.svg.closest(".off"));
    const isWhole = !own.window && !own.flat && !document.querySelector(".off[data-scheduler]");
    const reach = (axis) => {
      const ends = charts.map((chart) => chart.extent(axis, axis === "y" ? own.window : null));
      return [Math.min(...ends.map(([low]) => low)), Math.max(...ends.map(([, high]) => high))];
    };
    const axis = charts[0]?.follow;
    const [low, high] = axis && !isWhole ? reach(axis) : [0, 0];
    for (const chart of charts) {
      const view = { ...chart.whole };
      if (own.window) view.x = own.window;
      const isKnown = axis && !isWhole && low <= high && chart[axis].known;
      if (isKnown) {
        const whole = chart.whole[axis];
        const margin = 0.05 * (high - low) || 0.05 * (whole[1] - whole[0]);
        view[axis] = [whole[0] === 0 ? 0 : Math.max(low - margin, whole[0]), Math.min(high + margin, whole[1])];
      }
      chart.flat = own.flat && chart.y.known && chart.y.kind !== "linear";
      chart.draw(view);
    }
  }
};

const choose = () => {
  const hidden = all("#choice input:not(:checked)").map((box) => box.value);
  all("[data-scheduler]").forEach((part) => part.classList.toggle("off", part.dataset.scheduler.split(" ").every((name) => hidden.includes(name))));
  figures.forEach(redraw);
};
const choice = document.querySelector("#choice");
if (choice) {
  choice.hidden = false;
  choice.addEventListener("change", choose);
}

// The part from left to right that is looked at; null is all.
const look = (own, window) => {
  const whole = own.charts[0].whole.x;
  const least = (whole[1] - whole[0]) / 500;
  const ends = window && [Math.max(window[0], whole[0]), Math.min(window[1], whole[1])];
  for (const other of linked(own)) {
    other.window = ends && ends[1] - ends[0] > least && ends[1] - ends[0] < 0.999 * (whole[1] - whole[0]) ? ends : null;
    other.figure.classList.toggle("zoomed", other.window !== null);
    redraw(other);
  }
};
const zoom = (own, factor) => {
  const [from, to] = own.window ?? own.charts[0].whole.x;
  const middle = own.cursor ?? (from + to) / 2;
  look(own, [middle - (middle - from) * factor, middle + (to - middle) * factor]);
};

const tip = document.body.appendChild(document.createElement("div"));
tip.id = "tip";
tip.hidden = true;
tip.setAttribute("role", "status");

// What is at a place of a chart: lines of name and value from the highest to the lowest, and which is nearest.
const under = (own, chart, x, y) => {
  const map = chart.mapped(chart.view);
  const keys = all(".keys li", own.figure).map((key) => key.textContent);
  const found = [];
  for (const { mark, tag, points, own: part } of chart.marks) {
    if (tag === "path" || !chart.isShown(part) || mark.matches(".rule, .shade")) continue;
    const name = mark.dataset.key !== undefined && keys.length ? keys[mark.dataset.key] : (part ?? chart.svg.closest("[data-scheduler]"))?.dataset.scheduler.replaceAll(" ", ", ");
    if (tag === "polyline") {
      const drawn = points.map(map);
      const after = drawn.findIndex(([px], at) => at > 0 && px >= x && drawn[at - 1][0] <= x);
      if (after < 1) continue;
      const [[x1, y1], [x2, y2]] = [drawn[after - 1], drawn[after]];
      const at = x2 > x1 ? y1 + ((x - x1) / (x2 - x1)) * (y2 - y1) : y2;
      const original = points[after - 1][1] + ((x - x1) / (x2 - x1 || 1)) * (points[after][1] - points[after - 1][1]);
      found.push({ name, mark, at, words: chart.y.label(chart.place(0, original)[1]) });
    } else if (tag === "rect") {
      const [[x1, y1], [x2]] = points.map(map);
      if (x >= x1 && x < x2) found.push({ name: name ?? "", mark, at: y1, words: chart.y.label(chart.place(0, points[0][1])[1]) });
    }
  }
  const rows = own.figure.dataset.rows?.split("\n");
  if (rows) {
    const row = Math.floor(((y - chart.top) / (chart.bottom - chart.top)) * rows.length);
    const screen = new DOMPoint(x, chart.top + ((row + 0.5) / rows.length) * (chart.bottom - chart.top)).matrixTransform(chart.svg.getScreenCTM());
    const level = document.elementsFromPoint(screen.x, screen.y).find((part) => part.dataset?.level)?.dataset.level;
    if (rows[row] !== undefined) found.push({ name: rows[row], at: y, words: level ? `about ${level}` : "not in the list" });
  }
  found.sort((a, b) => a.at - b.at);
  const nearest = found.reduce((best, other) => (Math.abs(other.at - y) < Math.abs((best?.at ?? Infinity) - y) ? other : best), null);
  return { found, nearest };
};

const clear = () => {
  tip.hidden = true;
  all(".near").forEach((mark) => mark.classList.remove("near"));
  all(".cursor").forEach((line) => line.classList.remove("on"));
};

// Shows what is at a place, and a cursor there in all figures that are linked.
const show = (own, chart, x, y) => {
  clear();
  const place = chart.view.x[0] + ((x - chart.left) / (chart.right - chart.left)) * (chart.view.x[1] - chart.view.x[0]);
  own.cursor = place;
  for (const other of linked(own).flatMap(({ charts }) => charts).filter((other) => other.isVisible)) {
    const at = other.left + ((place - other.view.x[0]) / (other.view.x[1] - other.view.x[0])) * (other.right - other.left);
    other.cursor ??= other.svg.appendChild(element("line", { class: "cursor", y1: other.top, y2: other.bottom }));
    other.cursor.setAttribute("x1", at);
    other.cursor.setAttribute("x2", at);
    other.cursor.classList.toggle("on", at >= other.left && at <= other.right);
  }
  const { found, nearest } = under(own, chart, x, y);
  const line = (tag, words) => Object.assign(document.createElement(tag), { textContent: words });
  const where = chart.x.label(place);
  const panel = chart.svg.closest(".panel")?.dataset.scheduler;
  tip.replaceChildren(line("b", panel ? `${where}, ${panel}` : where), ...found.map((part) => line(part === nearest ? "strong" : "span", `${part.name} ${part.words}`.trim())));
  nearest?.mark?.classList.add("near");
  tip.hidden = false;
  const screen = new DOMPoint(x, y).matrixTransform(chart.svg.getScreenCTM());
  const { width, height } = tip.getBoundingClientRect();
  const beside = screen.x + 16 + width > document.documentElement.clientWidth ? screen.x - 16 - width : screen.x + 16;
  tip.style.left = `${Math.max(2, beside)}px`;
  tip.style.top = `${Math.max(2, Math.min(screen.y - height / 2, innerHeight - height - 2))}px`;
};

const point = (chart, event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(chart.svg.getScreenCTM().inverse());
const isWithin = (chart, { x, y }) => x >= chart.left && x <= chart.right && y >= chart.top && y <= chart.bottom;

const pointed = (own, chart) => {
  let from = null;
  let marked = null;
  chart.svg.addEventListener("pointermove", (event) => {
    const at = point(chart, event);
    if (marked) {
      const ends = [from, Math.min(Math.max(at.x, chart.left), chart.right)].sort((a, b) => a - b);
      marked.setAttribute("x", ends[0]);
      return marked.setAttribute("width", ends[1] - ends[0]);
    }
    if (isWithin(chart, at)) show(own, chart, at.x, at.y);
    else clear();
  });
  chart.svg.addEventListener("pointerleave", () => marked || clear());
  chart.svg.addEventListener("pointerdown", (event) => {
    const at = point(chart, event);
    // A finger scrolls the page; it zooms by the buttons.
    if (event.pointerType === "touch" || event.button !== 0 || !isWithin(chart, at)) return;
    event.preventDefault();
    chart.svg.setPointerCapture(event.pointerId);
    from = at.x;
    marked = chart.svg.appendChild(element("rect", { class: "marked", x: from, width: 0, y: chart.top, height: chart.bottom - chart.top }));
  });
  chart.svg.addEventListener("pointerup", () => {
    if (!marked) return;
    const [left, width] = numbers(marked, ["x", "width"]);
    marked.remove();
    marked = null;
    const [a, b] = chart.view.x;
    const place = (x) => a + ((x - chart.left) / (chart.right - chart.left)) * (b - a);
    if (width > 6) look(own, [place(left), place(left + width)]);
  });
  chart.svg.addEventListener("dblclick", () => look(own, null));
};

const save = (own) => {
  const shown = own.charts.filter((chart) => chart.isVisible).map((chart) => chart.svg);
  shown.forEach((svg, at) => {
    const copy = svg.cloneNode(true);
    all(".off, .cursor", copy).forEach((part) => part.remove());
    copy.setAttribute("font-family", "sans-serif");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }));
    link.download = `${own.figure.id}${shown.length > 1 ? `-${svg.closest("[data-scheduler]")?.dataset.scheduler ?? at + 1}` : ""}.svg`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
};

for (const own of figures.filter(({ charts }) => charts.length)) {
  const picture = own.figure.querySelector(".picture, .panels");
  const tools = document.createElement("div");
  tools.className = "tools";
  const button = (words, action) => {
    const made = tools.appendChild(Object.assign(document.createElement("button"), { type: "button", textContent: words }));
    made.addEventListener("click", () => action(made));
  };
  if (own.along) {
    button("Zoom in", () => zoom(own, 0.5));
    button("Zoom out", () => zoom(own, 2));
    button("Reset zoom", () => look(own, null));
    if (own.charts[0].y.kind === "micros") {
      button("Linear scale", (made) => {
        own.flat = !own.flat;
        made.textContent = own.flat ? "Logarithmic scale" : "Linear scale";
        redraw(own);
      });
    }
    own.charts.forEach((chart) => pointed(own, chart));
    // The same with keys.
    picture.addEventListener("keydown", (event) => {
      const chart = own.charts.find((chart) => chart.isVisible);
      const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (move) {
        const [from, to] = chart.view.x;
        const place = Math.min(Math.max((own.cursor ?? from) + (move * (to - from)) / 50, from), to);
        show(own, chart, chart.left + ((place - from) / (to - from)) * (chart.right - chart.left), chart.top);
      } else if (event.key === "+") zoom(own, 0.5);
      else if (event.key === "-") zoom(own, 2);
      else if (event.key === "Escape") { clear(); look(own, null); }
      else return;
      event.preventDefault();
    });
    picture.addEventListener("blur", clear);
  }
  button("Save SVG", () => save(own));
  picture.before(tools);
}
