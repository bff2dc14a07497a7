// Clients, a server behind the servers that waits and sends what the path says, and a receiver of syslog. All on loopback.

import { createSocket } from "node:dgram";
import { appendFileSync, writeFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { connect, createServer } from "node:net";

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Seconds since 1970, to the microsecond. */
const now = () => (performance.timeOrigin + performance.now()) / 1000;

/** Serves `/WAIT/BYTES/…`: BYTES bytes after WAIT milliseconds. */
export class Backend {
  static async start() {
    const server = createHttp((asked, answer) => {
      const [, wait, bytes] = asked.url.split("/").map(Number);
      const body = "x".repeat(bytes);
      setTimeout(() => answer.writeHead(200, { "content-length": bytes, connection: "close" }).end(body), wait);
    });
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    const backend = new Backend();
    backend.port = server.address().port;
    backend.stop = () => server.close();
    return backend;
  }
}

/** Writes what comes to a file as it is, a line a datagram. */
export class Syslog {
  static async start(file) {
    writeFileSync(file, "");
    const socket = createSocket("udp4");
    socket.on("message", (bytes) => appendFileSync(file, bytes.toString().trimEnd() + "\n"));
    await new Promise((done) => socket.bind(0, "127.0.0.1", done));
    const receiver = new Syslog();
    receiver.port = socket.address().port;
    receiver.stop = () => socket.close();
    return receiver;
  }
}

/** Ports of 127.0.0.1 that nothing listens on. */
export async function freePorts(count) {
  const servers = [];
  for (let at = 0; at < count; at++) {
    const server = createServer();
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    servers.push(server);
  }
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** Waits until something listens. */
export async function listening(port) {
  for (let tries = 0; tries < 200; tries++) {
    const isThere = await new Promise((done) => {
      const socket = connect(port, "127.0.0.1", () => done(true));
      socket.on("error", () => done(false)).on("connect", () => socket.destroy());
    });
    if (isThere) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}

/** A request on a connection of its own, with what the client sees of it: start and end in seconds, bytes, its port. */
export function request({ port, client, forwarded, path, wait }) {
  return new Promise((done, fail) => {
    const seen = { client, forwarded, path, wait, start: now() };
    const chunks = [];
    const socket = connect({ port, host: "127.0.0.1", localAddress: client }, () => {
      seen.port = socket.localPort;
      socket.write(`GET ${path} HTTP/1.1\r\nHost: web.example.org\r\nUser-Agent: a "client"\r\nX-Forwarded-For: ${forwarded}\r\nConnection: close\r\n\r\n`);
    });
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", fail);
    socket.on("end", () => {
      seen.end = now();
      const all = Buffer.concat(chunks);
      seen.allBytes = all.length;
      seen.bodyBytes = all.length - all.indexOf("\r\n\r\n") - 4;
      if (!all.subarray(0, 12).toString().endsWith(" 200")) return fail(new Error(`${path}: ${all.subarray(0, 200)}`));
      done(seen);
    });
  });
}
