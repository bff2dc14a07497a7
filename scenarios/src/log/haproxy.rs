//! HAProxy's logs (its configuration manual, section 8.2), with or without syslog's words in front:
//!
//! - `httplog`: `client:port [date] frontend backend/server TR/Tw/Tc/Tr/Ta status bytes cookies state conns queues {…} "request"`;
//!   `httpslog` has more behind it
//! - `tcplog`: `client:port [date] frontend backend/server Tw/Tc/Tt bytes state conns queues`
//!
//! The date is when the connection was accepted or, in newer ones, when the first byte of the request came: the
//! arrival. It has milliseconds and no zone, and is taken as UTC. Lines are written at the end, so they are out of order.
//! The duration is the last timer, `Ta` or `Tt`; -1 says that it was aborted. With `option logasap`, a `+` marks
//! numbers that were still growing. Where a TCP connection went is its frontend.
//!
//! The same file has what HAProxy says of itself, its servers and of handshakes that failed: these lines are not requests.

use super::flaw::Flaw;
use super::line::Line;
use super::row::{Client, Columns, LogRow, Target, clean};
use super::stamp::{Stamp, common, millis};
use super::token::{Tokens, object};

/// What a proxy speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Haproxy {
    Http,
    Tcp,
}

impl Haproxy {
    pub(crate) fn columns(self) -> Columns {
        Columns {
            client_port: true,
            target: Some(match self {
                Self::Http => Target::Object,
                Self::Tcp => Target::Destination,
            }),
            ..Columns::REQUESTS
        }
    }

    pub(crate) fn parse(self, line: &str) -> Result<Line, Flaw> {
        match split_at_date(line) {
            Some((head, date, rest)) if !is_handshake(rest) => {
                self.row(line, head, date, rest).map(Line::Row)
            }
            None if !is_about_itself(line) => {
                Err(Flaw::new("date", None, "a date such as [06/Feb/2009:12:14:14.655]"))
            }
            _ => Ok(Line::NoRequest),
        }
    }

    fn row(self, line: &str, head: &str, date: Stamp, rest: &str) -> Result<LogRow, Flaw> {
        let flaw = |part, found: Option<&str>, expected| match found {
            Some(found) => Flaw::found(part, line, found, expected),
            None => Flaw::new(part, None, expected),
        };
        let client = head.split_ascii_whitespace().next_back();
        let (client, port) = client
            .and_then(Client::with_port)
            .ok_or_else(|| flaw("client", client, "client:port before the date"))?;
        let mut words = Tokens(rest);
        let frontend = words.bare().ok_or_else(|| Flaw::new("frontend", None, "a name"))?;
        let server = words.bare();
        if !server.is_some_and(|server| server.contains('/')) {
            return Err(flaw("server", server, "backend/server"));
        }
        let timers = words.bare();
        let duration = self
            .duration(timers)
            .map_err(|flaw| timers.map_or(flaw.clone(), |timers| flaw.at(line, timers)))?;
        if self == Self::Http {
            let status = words.bare();
            let is_status = |status: &str| status == "-1" || status.parse::<u16>().is_ok();
            if !status.is_some_and(is_status) {
                return Err(flaw("status", status, "a number"));
            }
        }
        let bytes = words.bare();
        let sent = bytes.and_then(|bytes| bytes.trim_start_matches('+').parse().ok());
        let mut row = LogRow::new(date.at, date.tick, client);
        row.client_port = Some(port);
        row.response_bytes = Some(sent.ok_or_else(|| flaw("bytes", bytes, "a number"))?);
        row.duration = duration;
        row.target = Some(match self {
            // A `~` marks TLS.
            Self::Tcp => clean(frontend.trim_end_matches('~')),
            Self::Http => object(request(words.0)?),
        });
        Ok(row)
    }

    /// The last of the timers.
    fn duration(self, timers: Option<&str>) -> Result<Option<u64>, Flaw> {
        let (count, expected) = match self {
            Self::Http => (5, "the five times of an HTTP log, such as 10/0/30/69/109"),
            Self::Tcp => (3, "the three times of a TCP log, such as 0/0/5007"),
        };
        let flaw = || Flaw::new("times", timers, expected);
        let mut last = None;
        let mut found = 0;
        for timer in timers.unwrap_or_default().split('/') {
            last = match timer.trim_start_matches('+') {
                "-1" => None,
                timer => Some(millis(timer).ok_or_else(flaw)?),
            };
            found += 1;
        }
        if found == count { Ok(last) } else { Err(flaw()) }
    }
}

/// The first date in brackets, with what is before and after it. Syslog may have brackets of its own.
fn split_at_date(line: &str) -> Option<(&str, Stamp, &str)> {
    line.match_indices('[').find_map(|(open, _)| {
        let (inside, rest) = line[open + 1..].split_once(']')?;
        Some((&line[..open], common(inside)?, rest))
    })
}

/// What is between the quotes; syslog may have cut off the second one. HAProxy writes a quote of the request as `#22`.
fn request(rest: &str) -> Result<&str, Flaw> {
    let begin = rest.find(" \"").ok_or_else(|| Flaw::new("request", None, "a request in quotes"))?;
    let request = &rest[begin + 2..];
    Ok(request.split_once('"').map_or(request, |(request, _)| request))
}

/// Whether what follows the date tells of a connection that got no further than its handshake: `frontend/bind: text`.
fn is_handshake(rest: &str) -> bool {
    let word = rest.trim_start().split(' ').next().unwrap_or_default();
    word.strip_suffix(':').is_some_and(|name| name.contains('/'))
}

/// Whether a line tells of HAProxy itself or of its servers.
fn is_about_itself(line: &str) -> bool {
    /// How such messages begin, behind syslog's words or HAProxy's own `[WARNING]  (8) : `.
    const BEGINNINGS: [&str; 24] = [
        "Proxy ",
        "Server ",
        "Backup Server ",
        "Backup server ",
        "Health check for ",
        "backend ",
        "Backend ",
        "Stopping ",
        "Pausing ",
        "Resuming ",
        "Enabling ",
        "Loading ",
        "Loading success",
        "New worker",
        "New program",
        "Initializing ",
        "Current worker",
        "Former worker",
        "Exiting ",
        "All workers exited",
        "Reexecuting ",
        "Reloading ",
        "Received signal",
        "haproxy version",
    ];
    let line = line.trim_start();
    if ["[NOTICE]", "[WARNING]", "[ALERT]"].iter().any(|level| line.starts_with(level)) {
        return true;
    }
    // Syslog's words end with a colon.
    let text = line.split_once("]: ").map_or(line, |(_, text)| text);
    BEGINNINGS.iter().any(|begin| text.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTP: &str = r#"Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1""#;
    const TCP: &str = "Feb  6 12:12:56 localhost haproxy[14387]: 10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0";

    fn read(haproxy: Haproxy, line: &str) -> Result<LogRow, Flaw> {
        match haproxy.parse(line)? {
            Line::Row(row) => Ok(row),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn the_manuals_examples_are_read() {
        let row = read(Haproxy::Http, HTTP).expect("a line of the manual");
        assert_eq!((row.at, row.tick), (1_233_922_454_655_000_000, 0));
        assert_eq!((row.client.to_string().as_str(), row.client_port), ("10.0.1.2", Some(33_317)));
        assert_eq!((row.target.as_deref(), row.response_bytes), (Some("/index.html"), Some(2_750)));
        assert_eq!(row.duration, Some(109_000_000));
        let row = read(Haproxy::Tcp, TCP).expect("a line of the manual");
        assert_eq!((row.target.as_deref(), row.response_bytes), (Some("fnt"), Some(212)));
        assert_eq!(row.duration, Some(5_007_000_000));
    }

    #[test]
    fn each_is_not_the_other() {
        assert_eq!(read(Haproxy::Tcp, HTTP).expect_err("five times").part, "times");
        assert_eq!(read(Haproxy::Http, TCP).expect_err("three times").part, "times");
        assert_eq!(read(Haproxy::Http, "Socks http-in started.").expect_err("no date").part, "date");
    }

    #[test]
    fn what_haproxy_says_besides_requests_is_none() {
        let tls = "10.0.1.2:33317 [06/Feb/2009:12:14:14.655] web/1: SSL handshake failure";
        for line in [
            "Feb  6 12:14:14 lb1 haproxy[1]: Proxy web started.",
            "Server bk/s1 is DOWN, reason: Layer4 connection problem, check duration: 0ms. 1 active and 0 backup servers left.",
            "Health check for server bk/s1 succeeded, reason: Layer7 check passed, code: 200.",
            "backend bk has no server available!",
            "[WARNING]  (8) : Server bk/s1 is UP, reason: Layer4 check passed.",
            tls,
        ] {
            assert_eq!(Haproxy::Http.parse(line), Ok(Line::NoRequest), "{line}");
        }
    }

    #[test]
    fn what_follows_the_request_is_not_the_requests() {
        let https = format!("{HTTP} 0/0000000000000000/0/0/0 www.example.org/TLSv1.3/TLS_AES_256_GCM_SHA384");
        assert_eq!(read(Haproxy::Http, &https).expect("an HTTPS log").target.as_deref(), Some("/index.html"));
    }

    #[test]
    fn flaws_have_their_column() {
        let flaw = Haproxy::Http.parse(&HTTP.replace(" 200 ", " 2x0 ")).expect_err("no status");
        assert_eq!((&*flaw.part, flaw.column), ("status", Some(120)));
    }

    #[test]
    fn aborted_growing_cut_and_ipv6_lines_are_read() {
        let aborted = HTTP.replace("10/0/30/69/109 200", "-1/-1/-1/-1/5000 408");
        assert_eq!(read(Haproxy::Http, &aborted).expect("aborted").duration, Some(5_000_000_000));
        let growing = HTTP.replace("109 200 2750", "+109 200 +2750");
        assert_eq!(read(Haproxy::Http, &growing).expect("logasap").response_bytes, Some(2_750));
        let cut = &HTTP[..HTTP.len() - 10];
        assert_eq!(read(Haproxy::Http, cut).expect("cut").target.as_deref(), Some("/index.html"));
        let bad = HTTP.replace("GET /index.html HTTP/1.1", "<BADREQ>");
        assert_eq!(read(Haproxy::Http, &bad).expect("bad request").target.as_deref(), Some("-"));
        let six = HTTP.replace("10.0.1.2:33317", "2001:db8::7:33317");
        assert_eq!(read(Haproxy::Http, &six).expect("IPv6").client.to_string(), "2001:db8::7");
    }
}
