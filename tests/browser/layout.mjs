// What is wrong with how a page is laid out, as an expression that a browser evaluates: a list of faults in words.

/// The least size of letters, in pixels of the screen.
const LEAST = 11;
/// The least contrast of letters (WCAG 2.2, AA).
const CONTRAST = 4.5;

function look(least, contrast) {
  const faults = [];
  const shown = (part) => part.checkVisibility({ visibilityProperty: true });
  const luminance = (color) => {
    const linear = color.match(/[\d.]+/g).slice(0, 3).map((channel) => {
      const part = channel / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const paper = luminance(getComputedStyle(document.body).backgroundColor);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT);
  for (let part = walker.nextNode(); part; part = walker.nextNode()) {
    const isText = [...part.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    if (!isText || part.tagName === "SCRIPT" || !shown(part)) continue;
    const scale = part instanceof SVGElement ? part.getScreenCTM().a : 1;
    const size = parseFloat(getComputedStyle(part).fontSize) * scale;
    if (size < least) faults.push(`${size.toFixed(1)} pixels: ${part.textContent.trim().slice(0, 40)}`);
  }
  for (const svg of document.querySelectorAll("figure svg.wide, figure svg.narrow")) {
    if (!shown(svg)) continue;
    const whole = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].filter(shown).filter((text) => text.textContent.trim());
    const boxes = texts.map((text) => {
      // What is outside a plot is not seen.
      const clip = text.closest("svg.plot")?.getBoundingClientRect();
      const box = text.getBoundingClientRect();
      const isSeen = !clip || (box.left < clip.right - 1 && box.right > clip.left + 1);
      const isCut = clip && (box.left < clip.left - 2 || box.right > clip.right + 2 || box.top < clip.top - 3 || box.bottom > clip.bottom + 3);
      return { words: text.textContent.trim(), text, isSeen, isCut, isRule: text.matches(".halo"), ...box.toJSON() };
    }).filter(({ isSeen }) => isSeen);
    const where = svg.closest("figure").id;
    for (const { words, text, left, right, top, bottom, isCut } of boxes) {
      if (isCut || left < whole.left - 1 || right > whole.right + 1 || top < whole.top - 2 || bottom > whole.bottom + 2) faults.push(`cut in ${where}: ${words}`);
      const ink = luminance(getComputedStyle(text).fill);
      const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
      if (ratio < contrast) faults.push(`contrast ${ratio.toFixed(1)} in ${where}: ${words}`);
    }
    boxes.forEach((one, at) => {
      for (const other of boxes.slice(at + 1)) {
        // Instants that are near each other have numbers that are: those are read in the list.
        if (one.isRule && other.isRule) continue;
        const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        // Boxes are higher than letters.
        const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        if (across > 1 && down > 0.3 * Math.min(one.height, other.height)) faults.push(`over each other in ${where}: ${one.words} | ${other.words}`);
      }
    });
  }
  return faults.slice(0, 12);
}

export const faults = `(${look})(${LEAST}, ${CONTRAST})`;
