// node logs.mjs IPVSLAB PLACE: real requests to real servers, and what is read of their logs. The servers are unpacked in PLACE/root.
//
// The client knows who asked, for what, when, and how many bytes came. A duration in the log is no shorter than the server's own wait and no
// longer than what the client measured, but for the log's resolution; an arrival is between the client's start and the end less the wait.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Backend, Syslog, freePorts, request, sleep } from "./traffic.mjs";
import { formats } from "./formats.mjs";
import { Servers } from "./programs.mjs";

const [program, place] = process.argv.slice(2).map((path) => resolve(path));
const work = join(place, "work");
rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });

/** Requests of one format: different waits, sizes and clients, several at once. */
async function requests(format, port) {
  const all = [];
  for (let number = 0; number < 24; number++) {
    const wait = (number * 89) % 400;
    const bytes = 1 + ((number * 7919) % 90000);
    all.push(request({
      port,
      client: `127.0.0.${2 + (number % 7)}`,
      forwarded: `203.0.113.${number + 1}, 10.0.0.1`,
      path: `/${wait}/${bytes}/${format.name}%7E${number}?n=${number}`,
      wait,
    }));
    await sleep(20);
  }
  return Promise.all(all);
}

/** The rows of a trace, by the names of its columns. */
function rows(trace) {
  const [head, ...lines] = trace.trimEnd().split("\n").map((line) => line.split(","));
  return lines.map((cells) => Object.fromEntries(head.map((name, at) => [name, cells[at]])));
}

/** Compares the rows with the requests. Times are in seconds. */
function compare(format, reading, seen, asked) {
  const name = `${format.name} ${reading.flags.join(" ")}`;
  assert.equal(seen.length, asked.length, `${name}: as many rows as requests`);
  const object = (one) => (format.host ? "web.example.org" : "") + (format.isDecoded ? decodeURI(one.path) : one.path);
  const find = (row) => asked.find((one) => (format.object === false ? Number(row.client_port) === one.port : row.object === object(one)));
  const pairs = seen.map((row) => [row, find(row)]);
  for (const [row, one] of pairs) {
    assert.ok(one, `${name}: a request for ${JSON.stringify(row)}`);
    const about = `${name}: ${one.path}`;
    assert.equal(row.client, reading.forwarded ? one.forwarded.split(",")[0] : one.client, `${about}: client`);
    if (row.client_port !== undefined) assert.equal(Number(row.client_port), one.port, `${about}: port`);
    const bytes = Number(row.response_bytes);
    if (format.bytes === "about all") assert.ok(one.bodyBytes < bytes && bytes <= one.allBytes, `${about}: bytes`);
    else assert.equal(bytes, format.bytes === "all" ? one.allBytes : one.bodyBytes, `${about}: bytes`);
    assert.equal(row.duration_s !== undefined, format.duration !== undefined, `${name}: a column of durations`);
    if (format.duration === undefined) continue;
    const [least, most] = [one.wait / 1000 - format.duration, one.end - one.start + format.duration];
    const duration = Number(row.duration_s);
    assert.ok(least <= duration && duration <= most, `${about}: ${duration} s is not in ${least} to ${most}`);
  }
  // Arrivals are told from the first one.
  const interval = (one) => (format.isEnd ? [one.start + one.wait / 1000, one.end] : [one.start, one.end - one.wait / 1000]);
  const [first, firstAsked] = pairs[0];
  const from = interval(firstAsked);
  for (const [row, one] of pairs) {
    const at = Number(row.arrival_s) - Number(first.arrival_s);
    const [earliest, latest] = interval(one);
    const [least, most] = [earliest - from[1] - format.time, latest - from[0] + format.time];
    assert.ok(least <= at && at <= most, `${name}: ${one.path}: arrival ${at} s is not in ${least} to ${most}`);
  }
}

const backend = await Backend.start();
const all = formats();
const ports = await freePorts(all.length);
const logs = all.map((format, at) => ({ ...format, port: ports[at], log: join(work, `${format.name}.log`) }));
const receivers = [];
for (const log of logs.filter((log) => log.syslog)) {
  const receiver = await Syslog.start(log.log);
  log.syslogPort = receiver.port;
  receivers.push(receiver);
}
const servers = new Servers(join(place, "root"), work, logs, backend.port);
try {
  await servers.start();
  for (const log of logs) log.asked = await requests(log, log.port);
} finally {
  await servers.stop();
  await sleep(200);
  for (const receiver of receivers) receiver.stop();
  backend.stop();
}

let readings = 0;
for (const log of logs) {
  for (const reading of log.readings) {
    const flags = reading.flags.map((flag) => flag.replace("@CONF", `@${servers.configuration(log.server)}`));
    const trace = execFileSync(program, ["trace", "convert", log.log, "--keep-ticks", "--quiet", ...flags], { encoding: "utf8" });
    compare(log, reading, rows(trace), log.asked);
    readings++;
  }
}
// A comparison that cannot fail is none: the same rows a little later, or a little longer.
const log = logs.find((one) => one.duration === 0.002);
const trace = execFileSync(program, ["trace", "convert", log.log, "--keep-ticks", "--quiet"], { encoding: "utf8" });
const longer = rows(trace).map((row) => ({ ...row, duration_s: String(Number(row.duration_s) + 1) }));
assert.throws(() => compare(log, { flags: [] }, longer, log.asked), /s is not in/);
console.log(`logs: ${logs.length} formats of nginx, Apache httpd and HAProxy, ${readings} ways to read them: ` +
  `${logs.length * 24} requests as the client measured them`);
