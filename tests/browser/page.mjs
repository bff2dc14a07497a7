// node page.mjs AXE PAGE…: what a page must do in a real browser. Pages named hostile*.html are compared with harmless*.html.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Browser } from "./browser.mjs";

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

  // The pointer in a figure over time shows values, and one cursor in all of them.
  const target = await browser.value(`(() => {
    const figure = document.querySelector("figure#imbalance[data-along]");
    if (!figure) return null;
    figure.scrollIntoView({ block: "center" });
    const box = figure.querySelector("svg").getBoundingClientRect();
    return { x: box.x + box.width / 3, y: box.y + box.height / 2 };
  })()`);
  if (target) {
    await browser.send("Input.dispatchMouseEvent", { type: "mouseMoved", ...target });
    await settled();
    assert.match(await browser.value("document.querySelector('#imbalance figcaption').textContent"), /: \S/, `${name}: values`);
    const cursors = await browser.value("document.querySelectorAll('#imbalance .cursor.on, #load .cursor.on').length");
    assert.ok(cursors > 1, `${name}: linked cursors`);
  }

  // So does a figure over the load.
  const loads = await browser.value(`(() => {
    const figure = document.querySelector("figure[data-along=load]");
    if (!figure) return null;
    figure.scrollIntoView({ block: "center" });
    const box = figure.querySelector("svg").getBoundingClientRect();
    return { x: box.x + box.width / 3, y: box.y + box.height / 2 };
  })()`);
  if (loads) {
    await browser.send("Input.dispatchMouseEvent", { type: "mouseMoved", ...loads });
    await settled();
    assert.match(await browser.value("document.querySelector('figure[data-along=load] figcaption').textContent"), /\/s, .*: \S/, `${name}: values by load`);
  }

  for (const scheme of ["light", "dark"]) {
    for (const width of [1280, 360]) {
      await browser.media({ "prefers-color-scheme": scheme });
      await browser.size(width, 900);
      await settled();
      const wide = await browser.value("document.documentElement.scrollWidth");
      assert.ok(wide <= width, `${name}: ${wide} pixels wide at ${width}`);
      const [red, green, blue] = (await browser.value("getComputedStyle(document.body).backgroundColor")).match(/\d+/g).map(Number);
      assert.equal(red + green + blue < 384, scheme === "dark", `${name}: paper is ${scheme}`);
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
