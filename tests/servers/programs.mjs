// nginx, Apache httpd and HAProxy, unpacked but not installed: their configurations, started and stopped.

import { spawn } from "node:child_process";
import { createWriteStream, existsSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { listening } from "./traffic.mjs";

export class Servers {
  /** `logs` with the port and the file of each; requests go on to the `backend`'s port. */
  constructor(root, work, logs, backend) {
    Object.assign(this, { root, work, logs, backend, running: [] });
  }

  /** The file that has a server's formats. */
  configuration(server) {
    return join(this.work, { nginx: "nginx.conf", httpd: "httpd.conf", haproxy: "haproxy.cfg" }[server]);
  }

  async start() {
    const of = (server) => this.logs.filter((log) => log.server === server);
    for (const [server, text] of [["nginx", this.nginx(of("nginx"))], ["httpd", this.httpd(of("httpd"))], ["haproxy", this.haproxy(of("haproxy"))]]) {
      writeFileSync(this.configuration(server), text);
    }
    this.run("nginx", ["-p", this.work, "-c", this.configuration("nginx"), "-e", join(this.work, "nginx.err"), "-g", "daemon off;"]);
    this.run("apache2", ["-d", this.work, "-f", this.configuration("httpd"), "-D", "FOREGROUND"]);
    this.run("haproxy", ["-db", "-f", this.configuration("haproxy")]);
    await Promise.all(this.logs.map((log) => listening(log.port)));
  }

  run(name, flags) {
    const LD_LIBRARY_PATH = join(this.root, "usr/lib/x86_64-linux-gnu");
    const child = spawn(join(this.root, "usr/sbin", name), flags, { env: { ...process.env, LD_LIBRARY_PATH }, stdio: ["ignore", "pipe", "pipe"] });
    const said = createWriteStream(join(this.work, `${name}.said`));
    child.stdout.pipe(said, { end: false });
    child.stderr.pipe(said, { end: false });
    this.running.push(child);
  }

  async stop() {
    for (const child of this.running.filter((child) => child.exitCode === null)) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
  }

  nginx(logs) {
    const inside = (log) => {
      const target = log.syslogPort ? `syslog:server=127.0.0.1:${log.syslogPort}` : log.log;
      return `  server {
    listen 127.0.0.1:${log.port};
    access_log ${target} ${log.name};
    location / { proxy_pass http://127.0.0.1:${this.backend}; }
  }`;
    };
    const formats = logs.filter((log) => log.format).map((log) => `  log_format ${log.name} ${log.format};`);
    const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `  ${name}_temp_path ${this.work}/${name};`);
    return `pid ${this.work}/nginx.pid;
worker_processes 2;
events { worker_connections 500; }
http {
  gzip on;
${[...places, ...formats, ...logs.map(inside)].join("\n")}
}
`;
  }

  httpd(logs) {
    const modules = join(this.root, "usr/lib/apache2/modules");
    const wanted = ["mpm_event", "authz_core", "log_config", "logio", "proxy", "proxy_http"];
    const loaded = wanted
      .filter((name) => existsSync(join(modules, `mod_${name}.so`)))
      .map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`);
    const inside = (log) => `Listen 127.0.0.1:${log.port}
LogFormat "${log.format.replaceAll('"', '\\"')}" ${log.name}
<VirtualHost 127.0.0.1:${log.port}>
  ServerName web.example.org
  UseCanonicalName Off
  CustomLog ${log.log} ${log.name}
  ProxyPass / http://127.0.0.1:${this.backend}/ nocanon disablereuse=On
</VirtualHost>`;
    return `ServerName localhost
PidFile ${this.work}/httpd.pid
ErrorLog ${this.work}/httpd.err
AllowEncodedSlashes NoDecode
${[...loaded, ...logs.map(inside)].join("\n")}
`;
  }

  haproxy(logs) {
    const inside = (log) => `frontend ${log.name}
    bind 127.0.0.1:${log.port}
    log 127.0.0.1:${log.syslogPort} format ${log.protocol ?? "rfc3164"} local0
    mode http
    ${log.option}
    default_backend ${log.option.includes("mode tcp") ? "tcp" : "web"}`;
    return `global
    maxconn 500
defaults
    option dontlognull
    timeout client 10s
    timeout server 10s
    timeout connect 10s
${logs.map(inside).join("\n")}
backend web
    mode http
    server one 127.0.0.1:${this.backend}
backend tcp
    mode tcp
    server one 127.0.0.1:${this.backend}
`;
  }
}
