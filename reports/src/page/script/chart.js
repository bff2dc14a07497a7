// A picture that can be drawn again: at another scale, without the schedulers that are not chosen.
const SVG = "http://www.w3.org/2000/svg";
const element = (tag, attributes, text) => {
  const made = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  if (text !== undefined) made.textContent = text;
  return made;
};
const numbers = (mark, names) => names.map((name) => Number(mark.getAttribute(name)));

// The points that a mark is drawn at, and how it is drawn at others.
const SHAPES = {
  polyline: [(mark) => mark.getAttribute("points").split(" ").map((point) => point.split(",").map(Number)), (mark, points) => mark.setAttribute("points", points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" "))],
  circle: [(mark) => [numbers(mark, ["cx", "cy"])], (mark, [[x, y]]) => { mark.setAttribute("cx", x); mark.setAttribute("cy", y); }],
  text: [(mark) => [numbers(mark, ["x", "y"])], (mark, [[x, y]]) => { mark.setAttribute("x", x); mark.setAttribute("y", y); }],
  line: [
    (mark) => [numbers(mark, ["x1", "y1"]), numbers(mark, ["x2", "y2"])],
    (mark, points) => points.forEach(([x, y], at) => { mark.setAttribute(`x${at + 1}`, x); mark.setAttribute(`y${at + 1}`, y); }),
  ],
  rect: [
    (mark) => { const [x, y, width, height] = numbers(mark, ["x", "y", "width", "height"]); return [[x, y], [x + width, y + height]]; },
    (mark, [[x1, y1], [x2, y2]]) => Object.entries({ x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) }).forEach(([name, value]) => mark.setAttribute(name, value)),
  ],
};
SHAPES.polygon = SHAPES.polyline;

class Chart {
  constructor(plot) {
    const svg = plot.closest("svg.wide, svg.narrow");
    const [left, right, top, bottom] = plot.dataset.box.split(" ").map(Number);
    Object.assign(this, { plot, svg, left, right, top, bottom, x: new Axis(plot.dataset.x), y: new Axis(plot.dataset.y), follow: plot.dataset.follow });
    this.isRows = plot.classList.contains("rows");
    this.whole = { x: [this.x.from, this.x.to], y: [this.y.from, this.y.to] };
    this.view = this.whole;
    this.size = svg.classList.contains("narrow") ? 12 : 14;
  }

  // Read when they are first needed.
  get marks() {
    this.read ??= all(".d", this.plot).map((mark) => ({
      mark,
      tag: mark.tagName,
      points: SHAPES[mark.tagName]?.[0](mark),
      own: mark.closest("[data-scheduler]"),
      // Of lines across the plot, only one place is on an axis.
      keep: mark.dataset.keep,
      isData: !mark.matches(".rule, .shade, text"),
    }));
    return this.read;
  }

  isShown(own) {
    return !own || !own.classList.contains("off");
  }

  get isVisible() {
    return this.svg.checkVisibility() && !this.svg.closest(".off");
  }

  place(x, y) {
    return [this.x.from + ((x - this.left) / (this.right - this.left)) * (this.x.to - this.x.from), this.y.from + ((this.bottom - y) / (this.bottom - this.top)) * (this.y.to - this.y.from)];
  }

  // Pixels of original pixels in a view.
  mapped(view) {
    const [[a, b], [c, d]] = [view.x, view.y];
    const scaled = this.flat ? (place) => this.y.value(place) : (place) => place;
    const [low, high] = [scaled(c), scaled(d)];
    return ([x, y]) => {
      const [px, py] = this.place(x, y);
      return [this.left + ((px - a) / (b - a)) * (this.right - this.left), this.bottom - ((scaled(py) - low) / (high - low)) * (this.bottom - this.top)];
    };
  }

  // The least and the greatest place of what is shown, on an axis; of what is within `window` of the other.
  extent(axis, window) {
    const at = axis === "x" ? 0 : 1;
    let [low, high] = [Infinity, -Infinity];
    for (const { points, own, isData } of this.marks) {
      if (!isData || !points || !this.isShown(own)) continue;
      for (const point of points) {
        const place = this.place(...point);
        if (window && (place[1 - at] < window[0] || place[1 - at] > window[1])) continue;
        low = Math.min(low, place[at]);
        high = Math.max(high, place[at]);
      }
    }
    return [low, high];
  }

  draw(view) {
    this.view = view;
    const map = this.mapped(view);
    const stretch = (this.whole.x[1] - this.whole.x[0]) / (view.x[1] - view.x[0]);
    for (const { mark, tag, points, keep } of this.marks) {
      if (points) {
        const moved = points.map(map).map(([x, y], at) => [keep === "x" ? points[at][0] : x, keep === "y" ? points[at][1] : y]);
        SHAPES[tag][1](mark, moved);
        if (tag === "text") mark.classList.toggle("off", moved[0][0] < this.left || moved[0][0] > this.right - this.size / 2);
      }
      else mark.setAttribute("transform", `matrix(${stretch} 0 0 1 ${map([this.left, 0])[0] - stretch * this.left} 0)`);
    }
    const hidden = this.isRows ? this.stack() : 0;
    this.rule(this.bottom - hidden);
    this.name(map);
  }

  // Closes up the rows that are shown; how many pixels that spares.
  stack() {
    const pitch = Number(this.plot.dataset.pitch);
    const rows = [...new Set(all(".row", this.plot).map((row) => row.dataset.row))];
    let hidden = 0;
    for (const number of rows) {
      const parts = all(`.row[data-row="${number}"]`, this.plot);
      if (!this.isShown(parts[0])) hidden += pitch;
      parts.forEach((part) => part.setAttribute("transform", `translate(0 ${-hidden})`));
    }
    all(".foot", this.svg).forEach((foot) => foot.setAttribute("transform", `translate(0 ${-hidden})`));
    all(".rule, .d.shade", this.plot).forEach((mark) => (mark.tagName === "line" ? mark.setAttribute("y2", this.bottom - hidden) : mark.setAttribute("height", this.bottom - this.top - hidden)));
    this.height ??= this.svg.viewBox.baseVal.height;
    this.svg.setAttribute("viewBox", `0 0 ${this.svg.viewBox.baseVal.width} ${this.height - hidden}`);
    return hidden;
  }

  // Grid, ticks and their names.
  rule(bottom) {
    const mesh = this.svg.querySelector(".mesh");
    this.original ??= [...mesh.childNodes];
    const isWhole = bottom === this.bottom && !this.flat && ["x", "y"].every((axis) => this.view[axis].every((end, at) => end === this.whole[axis][at]));
    if (isWhole) return mesh.replaceChildren(...this.original);
    const parts = [];
    const [from, to] = this.view.x;
    const line = (x1, y1, x2, y2, stroke) => parts.push(element("line", { x1, y1, x2, y2, stroke }));
    const text = (x, y, anchor, words) => parts.push(element("text", { x, y, "text-anchor": anchor, "font-size": this.size, fill: "#222222", dy: "0.35em" }, words));
    if (this.x.known) {
      for (const tick of this.x.ticks(from, to, (5.5 * this.size) / (this.right - this.left))) {
        const x = this.left + ((tick - from) / (to - from)) * (this.right - this.left);
        line(x, this.top, x, bottom, "#DDDDDD");
        text(x, bottom + this.size, "middle", this.x.label(tick, true));
      }
    }
    if (this.y.known) {
      const map = this.mapped(this.view);
      for (const tick of this.y.ticks(...this.view.y, (2 * this.size) / (this.bottom - this.top), this.flat)) {
        const original = this.bottom - ((tick - this.y.from) / (this.y.to - this.y.from)) * (this.bottom - this.top);
        const y = map([this.left, original])[1];
        line(this.left, y, this.right, y, "#DDDDDD");
        text(this.left - 6, y, "end", this.y.label(tick, true));
      }
    } else if (!this.isRows) {
      parts.push(...this.original.filter((part) => part.getAttribute?.("text-anchor") === "end"));
    }
    line(this.left, this.top, this.left, bottom, "#595959");
    line(this.left, bottom, this.right, bottom, "#595959");
    mesh.replaceChildren(...parts);
  }

  // Names beside the ends of their curves, none on another.
  name(map) {
    const names = all(".name", this.svg).filter((name) => this.isShown(name));
    if (!names.length) return;
    const gap = Number(names[0].dataset.gap);
    const placed = names.map((name) => {
      const curves = this.marks.filter(({ tag, own }) => tag === "polyline" && own?.dataset.scheduler === name.dataset.scheduler);
      const points = curves.flatMap(({ points }) => points.map(map)).filter(([x]) => x >= this.left && x <= this.right + 1);
      const end = points.at(-1);
      return { name, end, at: end ? Math.min(Math.max(end[1], this.top), this.bottom) : this.bottom };
    });
    placed.sort((a, b) => a.at - b.at);
    let least = this.top + 6;
    for (const part of placed) {
      part.at = Math.max(part.at, least);
      least = part.at + gap;
    }
    let most = this.bottom + gap;
    for (const part of [...placed].reverse()) {
      part.at = Math.min(part.at, most);
      most = part.at - gap;
      const move = part.at - Number(part.name.dataset.at);
      part.name.setAttribute("transform", `translate(0 ${move})`);
      const lead = part.name.querySelector(".lead");
      if (!lead) continue;
      lead.classList.toggle("off", !part.end);
      if (part.end) Object.entries({ x1: part.end[0], y1: Math.min(Math.max(part.end[1], this.top), this.bottom) - move }).forEach(([name, value]) => lead.setAttribute(name, value));
    }
  }
}
