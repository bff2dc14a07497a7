//! HAProxy's logs (its configuration manual, section 8.2), with or without syslog's words in front:
//!
//! - `httplog`: `client:port [date] frontend backend/server TR/Tw/Tc/Tr/Ta status bytes cookies state conns queues {…} "request"`
//! - `tcplog`: `client:port [date] frontend backend/server Tw/Tc/Tt bytes state conns queues`
//!
//! The date is when the connection was accepted or, in newer ones, when the first byte of the request came: the
//! arrival. It has milliseconds and no zone, and is taken as UTC. Lines are written at the end, so they are out of order.
//! The duration is the last timer, `Ta` or `Tt`; -1 says that it was aborted. With `option logasap`, a `+` marks
//! numbers that were still growing. Where a TCP connection went is its frontend.

use super::parser::Flaw;
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

    pub(crate) fn parse(self, line: &str) -> Result<LogRow, Flaw> {
        let (head, date, rest) = split_at_date(line)
            .ok_or_else(|| Flaw::new("date", None, "a date such as [06/Feb/2009:12:14:14.655]"))?;
        let client = head.split_ascii_whitespace().next_back();
        let (client, port) = client
            .and_then(Client::with_port)
            .ok_or_else(|| Flaw::new("client", client, "client:port before the date"))?;
        let mut words = Tokens(rest);
        let frontend = words.bare().ok_or_else(|| Flaw::new("frontend", None, "a name"))?;
        let server = words.bare();
        if !server.is_some_and(|server| server.contains('/')) {
            return Err(Flaw::new("server", server, "backend/server"));
        }
        let timers = words.bare();
        let duration = self.duration(timers)?;
        if self == Self::Http {
            let status = words.bare();
            let is_status = |status: &str| status == "-1" || status.parse::<u16>().is_ok();
            if !status.is_some_and(is_status) {
                return Err(Flaw::new("status", status, "a number"));
            }
        }
        let bytes = words.bare();
        let sent = bytes.and_then(|bytes| bytes.trim_start_matches('+').parse().ok());
        let mut row = LogRow::new(date.at, date.tick, client);
        row.client_port = Some(port);
        row.response_bytes = Some(sent.ok_or_else(|| Flaw::new("bytes", bytes, "a number"))?);
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

/// What is between the last quotes; syslog may have cut off the second one.
fn request(rest: &str) -> Result<&str, Flaw> {
    let begin = rest.find(" \"").ok_or_else(|| Flaw::new("request", None, "a request in quotes"))?;
    let request = &rest[begin + 2..];
    Ok(request.strip_suffix('"').unwrap_or(request))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTP: &str = r#"Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1""#;
    const TCP: &str = "Feb  6 12:12:56 localhost haproxy[14387]: 10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0";

    #[test]
    fn the_manuals_examples_are_read() {
        let row = Haproxy::Http.parse(HTTP).expect("a line of the manual");
        assert_eq!((row.at, row.tick), (1_233_922_454_655_000_000, 0));
        assert_eq!((row.client.to_string().as_str(), row.client_port), ("10.0.1.2", Some(33_317)));
        assert_eq!((row.target.as_deref(), row.response_bytes), (Some("/index.html"), Some(2_750)));
        assert_eq!(row.duration, Some(109_000_000));
        let row = Haproxy::Tcp.parse(TCP).expect("a line of the manual");
        assert_eq!((row.target.as_deref(), row.response_bytes), (Some("fnt"), Some(212)));
        assert_eq!(row.duration, Some(5_007_000_000));
    }

    #[test]
    fn each_is_not_the_other() {
        assert_eq!(Haproxy::Tcp.parse(HTTP).expect_err("five times").part, "times");
        assert_eq!(Haproxy::Http.parse(TCP).expect_err("three times").part, "times");
        assert_eq!(Haproxy::Http.parse("Proxy http-in started.").expect_err("no date").part, "date");
    }

    #[test]
    fn aborted_growing_cut_and_ipv6_lines_are_read() {
        let aborted = HTTP.replace("10/0/30/69/109 200", "-1/-1/-1/-1/5000 408");
        assert_eq!(Haproxy::Http.parse(&aborted).expect("aborted").duration, Some(5_000_000_000));
        let growing = HTTP.replace("109 200 2750", "+109 200 +2750");
        assert_eq!(Haproxy::Http.parse(&growing).expect("logasap").response_bytes, Some(2_750));
        let cut = &HTTP[..HTTP.len() - 10];
        assert_eq!(Haproxy::Http.parse(cut).expect("cut").target.as_deref(), Some("/index.html"));
        let bad = HTTP.replace("GET /index.html HTTP/1.1", "<BADREQ>");
        assert_eq!(Haproxy::Http.parse(&bad).expect("bad request").target.as_deref(), Some("-"));
        let six = HTTP.replace("10.0.1.2:33317", "2001:db8::7:33317");
        assert_eq!(Haproxy::Http.parse(&six).expect("IPv6").client.to_string(), "2001:db8::7");
    }
}
