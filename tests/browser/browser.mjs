// A Chromium without a window, driven over the pipe of its DevTools protocol.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class Browser {
  static async start() {
    const profile = mkdtempSync(join(tmpdir(), "ipvslab-browser-"));
    const flags = [
      "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-background-networking",
      "--remote-debugging-pipe", `--user-data-dir=${profile}`, "about:blank",
    ];
    const child = spawn(process.env.CHROMIUM ?? "chromium", flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    const browser = new Browser(child, profile);
    const { targetInfos } = await browser.send("Target.getTargets", {}, null);
    const { targetId } = targetInfos.find((target) => target.type === "page");
    const { sessionId } = await browser.send("Target.attachToTarget", { targetId, flatten: true }, null);
    browser.session = sessionId;
    for (const domain of ["Page", "Runtime", "Network", "Log"]) await browser.send(`${domain}.enable`);
    return browser;
  }

  constructor(child, profile) {
    Object.assign(this, { child, profile, next: 1, waiting: new Map(), listeners: [], session: null });
    child.on("error", (error) => { throw error; });
    let buffer = "";
    child.stdio[4].setEncoding("utf8").on("data", (data) => {
      buffer += data;
      const messages = buffer.split("\0");
      buffer = messages.pop();
      messages.forEach((message) => this.receive(JSON.parse(message)));
    });
  }

  receive(message) {
    if (message.id) {
      const { resolve, reject } = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      return message.error ? reject(new Error(message.error.message)) : resolve(message.result);
    }
    this.listeners.forEach((listener) => listener(message.method, message.params));
  }

  send(method, params = {}, sessionId = this.session) {
    const id = this.next++;
    this.child.stdio[3].write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  on(listener) {
    this.listeners.push(listener);
  }

  async open(url) {
    const loaded = new Promise((resolve) => this.on((method) => method === "Page.loadEventFired" && resolve()));
    await this.send("Page.navigate", { url });
    await loaded;
  }

  /// The value of a JavaScript expression in the page; promises are awaited.
  async value(expression) {
    const answer = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text);
    return answer.result.value;
  }

  async key(key, code = key) {
    const text = key === "Enter" ? "\r" : key === " " ? " " : undefined;
    for (const type of ["keyDown", "keyUp"]) {
      await this.send("Input.dispatchKeyEvent", { type, key, code, text: type === "keyDown" ? text : undefined, windowsVirtualKeyCode: { Enter: 13, Tab: 9, " ": 32 }[key] });
    }
  }

  async size(width, height) {
    await this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
  }

  async media(features, media = "") {
    const list = Object.entries(features).map(([name, value]) => ({ name, value }));
    await this.send("Emulation.setEmulatedMedia", { media, features: list });
  }

  /// A PNG of the page, or of a part of it.
  async picture(clip) {
    const params = { format: "png", captureBeyondViewport: true, ...(clip ? { clip: { scale: 1, ...clip } } : {}) };
    return Buffer.from((await this.send("Page.captureScreenshot", params)).data, "base64");
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.on("exit", resolve));
    await this.send("Browser.close", {}, null).catch(() => this.child.kill());
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
