// Axes: what the places on them stand for, and round numbers between two places.
const rounded = (value) => {
  const text = Math.abs(value) >= 1000 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString();
  return text.replace("-", "−");
};
const time = (micros) => (micros >= 999500 ? `${rounded(micros / 1e6)} s` : micros >= 999.5 ? `${rounded(micros / 1e3)} ms` : `${rounded(micros)} µs`);
const percent = (part) => `${Number((100 * part).toPrecision(2 + Math.max(2, Math.ceil(-Math.log10(1 - part) - 1e-9))))} %`;

const KINDS = {
  linear: { value: (place, size) => place / size, place: (value, size) => value * size, label: (value, unit) => (unit ? `${rounded(value)} ${unit}` : rounded(value)) },
  micros: { value: (place) => 10 ** place, place: Math.log10, label: time },
  ratio: { value: Math.exp, place: Math.log, label: rounded },
  nines: { value: (place) => 1 - 10 ** -place, place: (part) => -Math.log10(1 - part), label: percent },
  part: { value: (place) => 10 ** place, place: Math.log10, label: (part) => `${Number((100 * part).toPrecision(2))} %` },
  asinh: { value: (place, small) => small * Math.sinh(place), place: (value, small) => Math.asinh(value / small), label: rounded },
  level: { value: (place) => Math.expm1(place) / 4, place: (value) => Math.log1p(4 * value), label: rounded },
};

class Axis {
  constructor(text) {
    const [kind, from, to, size, unit] = text.split(" ");
    Object.assign(this, { kind, from: Number(from), to: Number(to), size: Number(size), unit, known: KINDS[kind] });
  }

  value(place) {
    return this.known.value(place, this.size);
  }

  // A place in words; on an axis the unit is left to its title, unless it is a percentage.
  label(place, isTick) {
    const unit = isTick && this.unit !== "%" ? undefined : this.unit;
    return this.known.label(this.value(place), unit);
  }

  // Places of round values between two places, at least `gap` of the distance apart; of equal values if `flat`.
  ticks(from, to, gap, flat) {
    const [low, high] = [this.value(from), this.value(to)];
    const steps = (most) => {
      const rough = (high - low) / most;
      const decade = 10 ** Math.floor(Math.log10(rough));
      const step = [1, 2, 2.5, 5, 10].find((step) => step * decade >= rough) * decade;
      return Array.from({ length: Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1 }, (_, at) => (Math.ceil(low / step - 1e-9) + at) * step);
    };
    const even = flat || this.kind === "linear";
    const decades = Array.from({ length: 26 }, (_, at) => 10 ** (at - 13));
    const signed = (values) => (low < 0 ? [0, ...values, ...values.map((value) => -value)] : [0, ...values]);
    const rounds = even ? [] : this.kind === "nines" ? [[0.5, 0.9, 0.99, 0.999, 0.9999], [0.95, 0.995, 0.9995]] : [signed(decades), signed(decades.flatMap((decade) => [2 * decade, 5 * decade]))];
    const part = (place) => (flat ? (this.value(place) - low) / (high - low) : (place - from) / (to - from));
    const chosen = [];
    const take = (values) => {
      for (const value of values) {
        const place = this.known.place(value, this.size);
        const at = part(place);
        if (at >= -1e-6 && at <= 1 + 1e-6 && chosen.every((other) => Math.abs(part(other) - at) >= gap)) chosen.push(place);
      }
    };
    rounds.forEach(take);
    if (chosen.length < 3) take(steps(Math.max(1, Math.min(8, 1 / gap))));
    return chosen;
  }
}
