// The logs that servers are told to write, and the ways to read each.
//
// format: the server's own format string, where the log has no name that the server knows. bytes: the body's, all that was sent, or about
// that: HAProxy counts heads in its own form. time and duration: how far what is logged may be from the truth, in seconds. isEnd: the time is that of the end, and nothing says how long
// it took. isDecoded: paths are without their %7E.

/** Debian's nginx.conf has none of these but `combined`. */
const NGINX = [
  { name: "combined", isEnd: true, time: 1, readings: [{ flags: ["--from", "nginx"] }] },
  {
    name: "timed",
    format: `'$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for" $request_time'`,
    time: 1.002,
    duration: 0.002,
    readings: [
      { flags: [] },
      { flags: ["--log-format", "@CONF:timed"] },
      { flags: ["--client", "forwarded"], forwarded: true },
      { flags: ["--log-format", "@CONF:timed", "--client", "forwarded"], forwarded: true },
    ],
  },
  {
    name: "upstream",
    format: `'$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" ' '"$gzip_ratio" $upstream_addr $upstream_response_time $request_time $bytes_sent $request_length'`,
    time: 1.002,
    duration: 0.002,
    // Without the format, times that are equal in every line are asked for.
    readings: [{ flags: ["--log-format", "@CONF:upstream"] }],
  },
  {
    name: "json",
    format: `escape=json '{"msec":"$msec","peer":"$remote_addr:$remote_port","asked":"$request","sent":$bytes_sent,"took":$request_time,"agent":"$http_user_agent"}'`,
    bytes: "all",
    time: 0.003,
    duration: 0.002,
    readings: [
      { flags: ["--log-format", "@CONF:json"] },
      { flags: ["--map", "time=msec:unix_s:end,client=peer,object=asked,bytes=sent,duration=took:s"] },
    ],
  },
  {
    name: "syslog",
    syslog: true,
    format: `'$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time'`,
    time: 1.002,
    duration: 0.002,
    readings: [{ flags: [] }, { flags: ["--log-format", "@CONF:syslog"] }],
  },
];

const HTTPD = [
  { name: "common", format: `%h %l %u %t "%r" %>s %b`, time: 1, readings: [{ flags: [] }, { flags: ["--from", "common"] }] },
  {
    name: "combinedio",
    format: `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %I %O`,
    time: 1,
    readings: [{ flags: [] }, { flags: ["--log-format", "combinedio"] }, { flags: ["--log-format", "@CONF:combinedio"] }],
  },
  {
    name: "vhost_combined",
    format: `%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"`,
    bytes: "all",
    host: true,
    time: 1,
    readings: [{ flags: [] }, { flags: ["--log-format", "vhost_combined"] }],
  },
  {
    name: "micros",
    format: `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %D`,
    time: 1,
    duration: 0.001,
    readings: [{ flags: ["--log-format", "@CONF:micros"] }, { flags: ["--duration-unit", "us"] }, { flags: ["--from", "apache"] }],
  },
  {
    name: "millis",
    format: `%a %{%Y-%m-%dT%H:%M:%S}t.%{usec_frac}t "%m %U%q %H" %>s %B %{ms}T`,
    isDecoded: true,
    time: 0.002,
    duration: 0.002,
    readings: [{ flags: ["--log-format", "@CONF:millis"] }],
  },
  {
    name: "seconds",
    format: `%{X-Forwarded-For}i %h %l %u %t "%r" %>s %B %T`,
    time: 1,
    duration: 1,
    readings: [
      { flags: ["--log-format", "@CONF:seconds"] },
      { flags: ["--log-format", "@CONF:seconds", "--client", "forwarded"], forwarded: true },
    ],
  },
];

const HAPROXY = [
  {
    name: "httplog",
    syslog: true,
    option: "option httplog",
    bytes: "about all",
    time: 0.002,
    duration: 0.002,
    readings: [{ flags: [] }, { flags: ["--from", "haproxy-http"] }, { flags: ["--log-format", "@CONF:httplog"] }],
  },
  {
    name: "tcplog",
    syslog: true,
    option: "mode tcp\n    option tcplog",
    bytes: "all",
    object: false,
    time: 0.002,
    // A session ends when HAProxy has seen both sides close, a little after the client's last byte.
    duration: 0.1,
    readings: [{ flags: [] }, { flags: ["--log-format", "@CONF:tcplog"] }],
  },
  {
    name: "clf",
    syslog: true,
    protocol: "rfc5424",
    option: "option httplog clf",
    bytes: "about all",
    time: 1,
    duration: 0.002,
    readings: [{ flags: [] }],
  },
  {
    name: "own",
    syslog: true,
    protocol: "rfc5424",
    option: `log-format "%ci:%cp [%tr] %ft %b/%s %Ta %ST %B %{+Q}r"`,
    bytes: "about all",
    time: 0.002,
    duration: 0.002,
    readings: [{ flags: ["--log-format", "@CONF:own"] }],
  },
  {
    name: "raw",
    syslog: true,
    protocol: "raw",
    option: "option httplog",
    bytes: "about all",
    time: 0.002,
    duration: 0.002,
    readings: [{ flags: [] }],
  },
];

/** All of them, with the server of each. */
export function formats() {
  const of = (server, list) => list.map((format) => ({ server, ...format }));
  return [...of("nginx", NGINX), ...of("httpd", HTTPD), ...of("haproxy", HAPROXY)];
}
