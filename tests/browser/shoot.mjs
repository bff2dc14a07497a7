// node shoot.mjs PAGE DIRECTORY [dark] [WIDTH]: pictures of a page in pieces of 1600 pixels, to be looked at.

import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Browser } from "./browser.mjs";

const [page, directory, scheme = "light", width = "1280"] = process.argv.slice(2);
const browser = await Browser.start();
await browser.size(Number(width), 900);
await browser.media({ "prefers-color-scheme": scheme });
await browser.open(`file://${resolve(page)}`);
const height = await browser.value("document.documentElement.scrollHeight");
mkdirSync(directory, { recursive: true });
for (let top = 0, number = 0; top < height; top += 1600, number += 1) {
  const clip = { x: 0, y: top, width: Number(width), height: Math.min(1600, height - top) };
  writeFileSync(join(directory, `${scheme}-${width}-${number}.png`), await browser.picture(clip));
}
await browser.stop();
