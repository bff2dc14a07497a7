// node page.mjs AXE PAGE…: what a page must do in a real browser. Pages named hostile*.html are compared with harmless*.html.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Browser } from "./browser.mjs";
import { faults } from "./layout.mjs";

const [axe, ...pages] = process.argv.slice(2);
const accessibility = readFileSync(axe, "utf8");
const browser = await Browser.start();
const complaints = [];
const requests = [];
browser.on((method, params) => {
  if (method === "Runtime.consoleAPICalled") complaints.push(JSON.stringify(params.args));
  if (method === "Runtime.exceptionThrown") complaints.push(params.exceptionDetails.exception?.description);
  if (method === "Log.entryAdded") complaints.push(params.entry.text);
  if (method === "Network.requestWillBeSent") requests.push(params.request.url);
});

const settled = () => browser.value("new Promise((done) => setTimeout(done, 50))");

async function check(page) {
  const url = pathToFileURL(resolve(page)).href;
  const name = basename(page);
  complaints.length = requests.length = 0;
  await browser.size(1280, 900);
  await browser.media({ "prefers-color-scheme": "light" });
  await browser.open(url);

  // A keyboard user sorts the table by its last column, and back.
  const order = () => browser.value("[...document.querySelectorAll('#order table.sortable tbody tr')].map((row) => row.cells[row.cells.length - 1].dataset.v ?? '')");
  const before = await order();
  if (before.length > 1) {
    await browser.value("[...document.querySelectorAll('#order table.sortable th button')].at(-2).focus()");
    await browser.key("Tab");
    await browser.key("Enter");
    const known = (values) => values.filter((value) => value !== "").map(Number);
    const sorted = known(await order());
    assert.deepEqual(sorted, [...sorted].sort((a, b) => a - b), `${name}: ascending`);
    assert.equal(await browser.value("document.querySelectorAll('#order th[aria-sort=ascending]').length"), 1);
    await browser.key(" ");
    const reversed = known(await order());
    assert.deepEqual(reversed, [...reversed].sort((a, b) => b - a), `${name}: descending`);
    await browser.key("Enter");
    assert.deepEqual(await order(), before, `${name}: unchanged`);

    // A scheduler that is not chosen is not shown.
    const shown = "[...document.querySelectorAll('#order table.sortable tbody tr')].filter((row) => row.checkVisibility()).length";
    await browser.value("document.querySelector('#choice input').focus()");
    await browser.key(" ");
    assert.equal(await browser.value(shown), before.length - 1, `${name}: one is hidden`);
    // Nor is what belongs to it in a picture: its panel, its row, its name.
    const parts = "(() => { const own = document.querySelector('#choice input').value; return [...document.querySelectorAll(`svg g[data-scheduler=${own}]`)].map((part) => getComputedStyle(part).display); })()";
    const hidden = await browser.value(parts);
    assert.ok(hidden.length > 0 && hidden.every((display) => display === "none"), `${name}: its parts of pictures are hidden`);
    await browser.key(" ");
    assert.equal(await browser.value(shown), before.length, `${name}: it is back`);
  }

  // The table says how it is sorted before anybody sorts it.
  if (before.length > 1 && (await browser.value("document.querySelector('#order th')?.textContent.trim() === 'rank'"))) {
    assert.equal(await browser.value("document.querySelector('#order th').getAttribute('aria-sort')"), "ascending", `${name}: sorted by rank`);
  }

  // The pointer in a figure over time shows values beside it, the nearest of them marked, and one cursor in all such figures.
  const figure = async (selector) => {
    const target = await browser.value(`(() => {
      const svg = [...document.querySelectorAll(${JSON.stringify(selector)})].find((svg) => svg.checkVisibility() && svg.querySelector('polyline.d'));
      if (!svg) return null;
      svg.scrollIntoView({ block: "center" });
      const box = svg.querySelector(".plot").getBoundingClientRect();
      return { x: box.x, y: box.y, width: box.width, height: box.height };
    })()`);
    return target;
  };
  const mouse = (type, x, y, more = {}) => browser.send("Input.dispatchMouseEvent", { type, x, y, ...more });
  for (const selector of ["#imbalance .panel svg", "#tails .panel svg", "#load .panel svg", "#course .picture svg", "figure[data-along=load] .picture svg", "#percentiles .picture svg"]) {
    const box = await figure(selector);
    if (!box) continue;
    const at = { x: box.x + box.width / 3 + 1, y: box.y + box.height / 2 };
    await mouse("mouseMoved", at.x, at.y);
    await settled();
    const tip = await browser.value("(() => { const tip = document.querySelector('#tip'); const { x, y, width, height } = tip.getBoundingClientRect(); return { shown: tip.checkVisibility(), lines: [...tip.children].map((line) => line.textContent), near: tip.querySelectorAll('strong').length, x, y, width, height }; })()");
    assert.ok(tip.shown && tip.lines.length > 1 && tip.lines.every((line) => /\d|list/.test(line)), `${name}: values in ${selector}: ${tip.lines}`);
    assert.equal(tip.near, 1, `${name}: the nearest in ${selector}`);
    const gap = Math.max(tip.x - at.x, at.x - tip.x - tip.width);
    assert.ok(gap > 0 && gap < 40, `${name}: values of ${selector} are ${gap} pixels from the pointer`);
    if (selector.startsWith("#imbalance") || selector.startsWith("#load")) {
      assert.ok((await browser.value("document.querySelectorAll('.cursor.on').length")) > 1, `${name}: linked cursors`);
    }

    // Dragging looks at a part, and a button at all again.
    const ticks = () => browser.value(`[...[...document.querySelectorAll(${JSON.stringify(selector)})].find((svg) => svg.checkVisibility() && svg.querySelector('polyline.d')).querySelectorAll(".mesh text")].map((text) => text.textContent.trim())`);
    const whole = await ticks();
    await mouse("mousePressed", at.x, at.y, { button: "left", buttons: 1, clickCount: 1 });
    await mouse("mouseMoved", at.x + box.width / 5, at.y, { button: "left", buttons: 1 });
    const began = performance.now();
    await mouse("mouseReleased", at.x + box.width / 5, at.y, { button: "left", clickCount: 1 });
    const part = await ticks();
    const took = performance.now() - began;
    assert.notDeepEqual(part, whole, `${name}: ${selector} is looked at closer`);
    assert.ok(took < 1000, `${name}: ${selector} is drawn again in ${took} ms`);
    assert.deepEqual(await browser.value(faults), [], `${name}: ${selector} looked at closer`);
    await browser.value(`[...document.querySelector(${JSON.stringify(selector)}).closest("figure").querySelectorAll("button")].find((button) => button.textContent === "Reset zoom").click()`);
    assert.deepEqual(await ticks(), whole, `${name}: ${selector} is whole again`);

    // And keys do what the mouse does.
    await browser.value(`document.querySelector(${JSON.stringify(selector)}).closest(".picture, .panels").focus()`);
    await browser.key("+");
    assert.notDeepEqual(await ticks(), whole, `${name}: ${selector} by key`);
    await browser.key("ArrowRight");
    assert.ok(await browser.value("document.querySelector('#tip').checkVisibility()"), `${name}: values by key`);
    await browser.key("Escape");
    assert.deepEqual(await ticks(), whole, `${name}: ${selector} is whole again by key`);
  }

  // Axes follow what is shown: of one scheduler alone, no row is left empty, and its curve takes most of the height.
  if (before.length > 2) {
    const began = performance.now();
    await browser.value("[...document.querySelectorAll('#choice input')].slice(1).forEach((box) => box.click())");
    const took = (performance.now() - began) / (before.length - 1);
    assert.ok(took < 1000, `${name}: a scheduler is hidden in ${took} ms`);
    const filled = await browser.value(`(() => {
      const svg = [...document.querySelectorAll("#percentiles .picture svg, figure[data-along=load] .picture svg")].find((svg) => svg.checkVisibility());
      const plot = svg.querySelector(".plot").getBoundingClientRect();
      const lines = [...svg.querySelectorAll("polyline.d")].filter((line) => line.checkVisibility()).map((line) => line.getBoundingClientRect());
      return (Math.max(...lines.map((line) => line.bottom)) - Math.min(...lines.map((line) => line.top))) / plot.height;
    })()`);
    assert.ok(filled > 0.6, `${name}: the only curve takes ${filled} of the height`);
    const rows = await browser.value("(() => { const svg = [...document.querySelectorAll('#shares svg')].find((svg) => svg.checkVisibility()); return svg ? svg.viewBox.baseVal.height : 0; })()");
    assert.ok(rows < 200, `${name}: ${rows} pixels for one row`);
    await browser.value("[...document.querySelectorAll('#choice input')].slice(1).forEach((box) => box.click())");
  }

  for (const scheme of ["light", "dark"]) {
    for (const width of [1280, 400, 360]) {
      await browser.media({ "prefers-color-scheme": scheme });
      await browser.size(width, 900);
      await settled();
      const wide = await browser.value("document.documentElement.scrollWidth");
      assert.ok(wide <= width, `${name}: ${wide} pixels wide at ${width}`);
      const [red, green, blue] = (await browser.value("getComputedStyle(document.body).backgroundColor")).match(/\d+/g).map(Number);
      assert.equal(red + green + blue < 384, scheme === "dark", `${name}: paper is ${scheme}`);
      assert.deepEqual(await browser.value(faults), [], `${name}: laid out, ${scheme} at ${width}`);
      await browser.value("document.querySelectorAll('details').forEach((part) => { part.open = true })");
      await browser.value(accessibility);
      const found = await browser.value("axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes[0].html} (${nodes.length})`))");
      assert.deepEqual(found, [], `${name}: accessible, ${scheme} at ${width}`);
    }
  }

  assert.deepEqual(complaints, [], `${name}: nothing on the console`);
  assert.deepEqual(requests, [url], `${name}: nothing is requested but the page`);

  await browser.send("Emulation.setScriptExecutionDisabled", { value: true });
  await browser.open(url);
  const { root } = await browser.send("DOM.getDocument", { depth: -1 });
  const count = (node, tag) => (node.nodeName.toLowerCase() === tag ? 1 : 0) + (node.children ?? []).reduce((sum, child) => sum + count(child, tag), 0);
  assert.ok(count(root, "svg") > 1 && count(root, "table") > 1, `${name}: complete without scripts`);
  await browser.send("Emulation.setScriptExecutionDisabled", { value: false });
  console.log(`${name}: as it should be`);
}

/// How many elements of which kind, and their attributes' names.
async function census(page) {
  await browser.open(pathToFileURL(resolve(page)).href);
  return browser.value(`(() => {
    const counts = {};
    for (const element of document.querySelectorAll("*")) {
      const kind = [element.tagName, ...element.getAttributeNames().sort()].join(" ");
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  })()`);
}

try {
  for (const page of pages) {
    await check(page);
    if (basename(page).startsWith("hostile")) {
      const twin = join(dirname(page), basename(page).replace("hostile", "harmless"));
      assert.deepEqual(await census(page), await census(twin), "hostile names add no element and no attribute");
      console.log(`${basename(page)}: the same elements as with harmless names`);
    }
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await browser.stop();
}
