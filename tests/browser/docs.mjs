// node docs.mjs PAGE DIRECTORY: the small pictures of a page that docs/reading-the-page.md shows.

import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Browser } from "./browser.mjs";

const [page, directory] = process.argv.slice(2);
const browser = await Browser.start();
mkdirSync(directory, { recursive: true });
for (const [name, scheme, width, height, scale, media] of [
  ["light", "light", 1280, 1000, 0.5, ""],
  ["dark", "dark", 1280, 1000, 0.5, ""],
  ["phone", "light", 400, 1400, 0.6, ""],
  ["print", "light", 794, 1123, 0.6, "print"],
]) {
  await browser.size(width, height);
  await browser.media({ "prefers-color-scheme": scheme }, media);
  await browser.open(`file://${resolve(page)}`);
  writeFileSync(join(directory, `page-${name}.png`), await browser.picture({ x: 0, y: 0, width, height, scale }));
}
await browser.stop();
