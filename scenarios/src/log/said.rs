//! What a line says, by what it means, and the row that it makes.

use std::borrow::Cow;

use memchr::memchr;

use super::duration::duration;
use super::flaw::Flaw;
use super::meaning::{Instant, Meaning};
use super::moment::Moment;
use super::row::{Client, LogRow, Transport, clean};
use super::token::object;

/// Which address counts as the client.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Who {
    /// The peer of the connection, which IPVS sees.
    #[default]
    Peer,
    /// The first address of X-Forwarded-For; the peer where there is none.
    Forwarded,
}

/// The values of a line. What is `-` or nothing is not there.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Said<'a> {
    client: Option<Cow<'a, str>>,
    client_port: Option<u16>,
    forwarded: Option<Cow<'a, str>>,
    host: Option<Cow<'a, str>>,
    object: Option<Cow<'a, str>>,
    /// The object is the first line of a request.
    is_request: bool,
    query: Option<Cow<'a, str>>,
    destination: Option<Cow<'a, str>>,
    destination_port: Option<u16>,
    protocol: Option<Transport>,
    bytes: Option<u64>,
    all_bytes: Option<u64>,
    /// Nanoseconds.
    duration: Option<u64>,
    /// A part of the duration is not known, so that their sum is not.
    lacks_duration: bool,
    moment: Moment,
}

impl<'a> Said<'a> {
    /// Takes in the fields of `line`: what each means, its name, its text, and how it stands in the line.
    pub(crate) fn fields_of<'s>(
        &'s mut self,
        line: &'a str,
    ) -> impl FnMut(&Meaning, &str, Cow<'a, str>, &'a str) -> Result<(), Flaw> + use<'s, 'a> {
        |meaning, name, text, raw| {
            self.put(meaning, text).map_err(|expected| Flaw::found(name, line, raw, expected))
        }
    }

    /// Takes in a value.
    ///
    /// # Errors
    /// What is expected instead.
    pub(crate) fn put(&mut self, meaning: &Meaning, text: Cow<'a, str>) -> Result<(), &'static str> {
        let is_there = !matches!(&*text, "" | "-");
        match meaning {
            Meaning::Time(format) => format.read(&text, &mut self.moment).ok_or(format.expected())?,
            // A common log writes - for no bytes.
            Meaning::Bytes if !is_there => self.bytes = Some(0),
            Meaning::AllBytes if !is_there => self.all_bytes = Some(0),
            Meaning::Duration(_) if !is_there => self.lacks_duration = true,
            _ if !is_there => {}
            Meaning::Bytes => self.bytes = Some(number(&text)?),
            Meaning::AllBytes => self.all_bytes = Some(number(&text)?),
            Meaning::Duration(unit) => match duration(&text, *unit)? {
                Some(nanos) => {
                    let sum = self.duration.unwrap_or(0).checked_add(nanos);
                    self.duration = Some(sum.ok_or("durations of less than ten years")?);
                }
                None => self.lacks_duration = true,
            },
            Meaning::Client => {
                let (address, _) = address_and_port(&text);
                let address = address.len();
                self.client = Some(begin(text, address));
            }
            Meaning::ClientAndPort => {
                let (address, found) = text.rsplit_once(':').ok_or("address:port")?;
                self.client_port = Some(found.parse().map_err(|_| "address:port")?);
                let address = address.len();
                self.client = Some(begin(text, address));
            }
            Meaning::ClientPort => {
                self.client_port = match address_and_port(&text) {
                    (_, Some(port)) => Some(port),
                    // An address without a port.
                    (address, None) if address.parse::<std::net::IpAddr>().is_ok() => None,
                    _ => Some(port(&text)?),
                };
            }
            Meaning::Forwarded => self.forwarded = Some(text),
            Meaning::Host => self.host = Some(text),
            Meaning::Request => {
                self.is_request = true;
                self.object = Some(text);
            }
            Meaning::Object => {
                self.is_request = is_request_line(&text);
                self.object = Some(text);
            }
            Meaning::Query => self.query = Some(text),
            Meaning::Destination => self.destination = Some(text),
            Meaning::DestinationPort => self.destination_port = Some(port(&text)?),
            Meaning::Protocol => self.protocol = Some(transport(&text).ok_or("tcp or udp")?),
        }
        Ok(())
    }

    /// Whether nothing is said of who asked, nor for what.
    pub(crate) fn is_nobodys(&self) -> bool {
        self.client.is_none() && self.forwarded.is_none() && self.object.is_none()
    }

    /// The row, if what every row needs is there.
    pub(crate) fn row(self, who: Who, instant: Instant) -> Result<LogRow, Flaw> {
        let stamp = self.moment.stamp().ok_or_else(|| Flaw::missing("time", "a time since 1970"))?;
        let duration = self.duration.filter(|_| !self.lacks_duration);
        let forwarded = self.forwarded.as_deref().and_then(asked_first);
        let mut port = self.client_port;
        let client = match (who, forwarded) {
            (Who::Forwarded, Some(client)) => {
                // The port is the proxy's.
                port = None;
                Some(client)
            }
            _ => self.client.as_deref().and_then(Client::read),
        };
        let client = client.ok_or_else(|| Flaw::missing("client", "an address or a name"))?;
        let mut row = LogRow::new(stamp.at, stamp.tick, client);
        if instant == Instant::End {
            row.at = row.at.saturating_sub_unsigned(duration.unwrap_or(0));
        }
        row.client_port = port;
        row.target = match &self.destination {
            Some(destination) => Some(clean(destination)),
            None => Some(self.target()),
        };
        row.target_port = self.destination_port;
        row.transport = self.protocol;
        row.response_bytes = self.bytes.or(self.all_bytes);
        row.duration = duration;
        Ok(row)
    }

    /// Host, path and query in one word; `-` if nothing is known.
    fn target(&self) -> Box<str> {
        let Some(said) = self.object.as_deref() else {
            return clean(self.host.as_deref().unwrap_or("-"));
        };
        let object = if self.is_request { object(said) } else { clean(said) };
        let host = self.host.as_deref().filter(|_| object.starts_with('/')).map(without_port);
        let query = self.query.as_deref().map(|query| query.trim_start_matches('?'));
        match (host, query) {
            (None, None) => object,
            (host, query) => {
                let mut target = host.unwrap_or_default().to_owned() + &object;
                if let Some(query) = query.filter(|query| !query.is_empty()) {
                    target.push('?');
                    target.push_str(query);
                }
                clean(&target)
            }
        }
    }
}

/// Whether it is `GET /a HTTP/1.1`, and no path or URL.
fn is_request_line(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(method, rest)| {
        is_method(method) && (rest.starts_with(['/', '*']) || rest.contains("://"))
    })
}

/// Whether a word may be the method of a request.
pub(crate) fn is_method(word: &str) -> bool {
    (1..=32).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'-' | b'_'))
}

/// The first of the addresses with commas between them; `unknown` and the like are none.
fn asked_first(list: &str) -> Option<Client> {
    let first = list.split(',').map(str::trim).find(|item| !matches!(*item, "" | "-" | "unknown"))?;
    Client::read(address_and_port(first).0)
}

/// `address:port` taken apart if it is that. A name has no port here: `www.example.org:80` is a host.
pub(crate) fn address_and_port(text: &str) -> (&str, Option<u16>) {
    if memchr(b':', text.as_bytes()).is_none() {
        return (text, None);
    }
    let is_address = |text: &str| {
        let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        inside.parse::<std::net::IpAddr>().is_ok()
    };
    if is_address(text) {
        return (text, None);
    }
    match text.rsplit_once(':') {
        Some((address, port)) if is_address(address) => match port.parse() {
            Ok(port) => (address, Some(port)),
            Err(_) => (text, None),
        },
        _ => (text, None),
    }
}

/// A host without the port of HTTP or HTTPS, which clients leave out: another port is another site.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, "80" | "443")) if !name.is_empty() => name,
        _ => host,
    }
}

/// The first bytes of a text.
fn begin(text: Cow<'_, str>, length: usize) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[..length]),
        Cow::Owned(mut text) => {
            text.truncate(length);
            Cow::Owned(text)
        }
    }
}

fn number(text: &str) -> Result<u64, &'static str> {
    // A `+` of HAProxy says that it was still growing.
    let digits = text.strip_prefix('+').unwrap_or(text);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number).ok_or("a number, or -")
}

fn port(text: &str) -> Result<u16, &'static str> {
    text.parse().map_err(|_| "a port, 0 to 65535")
}

fn transport(text: &str) -> Option<Transport> {
    match text.to_ascii_lowercase().as_str() {
        "tcp" | "6" => Some(Transport::Tcp),
        "udp" | "17" => Some(Transport::Udp),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::clock_text::ClockText;
    use super::super::meaning::Unit;
    use super::*;

    fn row(values: &[(Meaning, &'static str)], who: Who, instant: Instant) -> Result<LogRow, Flaw> {
        let mut said = Said::default();
        for (meaning, text) in values {
            said.put(meaning, Cow::Borrowed(text)).unwrap_or_else(|expected| panic!("{text}: {expected}"));
        }
        said.row(who, instant)
    }

    fn at(second: &'static str) -> (Meaning, &'static str) {
        (Meaning::Time(ClockText::Since1970(9)), second)
    }

    #[test]
    fn an_end_less_the_duration_is_the_arrival() {
        let client = (Meaning::Client, "192.0.2.1");
        let took = (Meaning::Duration(Unit::Millis), "1500");
        let row =
            |instant| row(&[at("10.5"), client.clone(), took.clone()], Who::Peer, instant).expect("a row");
        assert_eq!(row(Instant::End).at, 9_000_000_000);
        assert_eq!(row(Instant::Start).at, 10_500_000_000);
        assert_eq!(row(Instant::Start).duration, Some(1_500_000_000));
    }

    #[test]
    fn a_sum_of_which_a_part_is_missing_is_not_known() {
        let part = |text| (Meaning::Duration(Unit::Seconds), text);
        let sum = |third| {
            row(
                &[at("1.0"), (Meaning::Client, "a"), part("1"), part("0.5"), part(third)],
                Who::Peer,
                Instant::Start,
            )
        };
        assert_eq!(sum("2").expect("a row").duration, Some(3_500_000_000));
        assert_eq!(sum("-1").expect("a row").duration, None);
        assert_eq!(sum("-").expect("a row").duration, None);
    }

    #[test]
    fn the_client_is_the_peer_or_the_first_of_x_forwarded_for() {
        let client = |forwarded, who| {
            let values =
                [at("1.0"), (Meaning::ClientAndPort, "10.0.0.1:4000"), (Meaning::Forwarded, forwarded)];
            let row = row(&values, who, Instant::Start).expect("a row");
            (row.client.to_string(), row.client_port)
        };
        let seen = |client: &str, port| (client.to_owned(), port);
        assert_eq!(client("203.0.113.9, 10.0.0.7", Who::Peer), seen("10.0.0.1", Some(4_000)));
        assert_eq!(client("203.0.113.9, 10.0.0.7", Who::Forwarded), seen("203.0.113.9", None));
        assert_eq!(client("unknown, [2001:db8::9]:5", Who::Forwarded), seen("2001:db8::9", None));
        assert_eq!(client("-", Who::Forwarded), seen("10.0.0.1", Some(4_000)));
        let missing = row(&[at("1.0"), (Meaning::Client, "-")], Who::Peer, Instant::Start);
        assert_eq!(missing.expect_err("no client").part, "client");
    }

    #[test]
    fn objects_are_hosts_paths_and_queries_together() {
        let target = |host, object, query| {
            let values = [
                at("1.0"),
                (Meaning::Client, "a"),
                (Meaning::Host, host),
                (Meaning::Object, object),
                (Meaning::Query, query),
            ];
            row(&values, Who::Peer, Instant::Start).expect("a row").target.expect("a target").into_string()
        };
        for (host, object, query, expected) in [
            ("www.example.org:443", "/a", "-", "www.example.org/a"),
            ("-", "/a", "b=c", "/a?b=c"),
            ("www.example.org", "GET /a HTTP/1.1", "", "www.example.org/a"),
            ("www.example.org", "https://other.example/a", "?x", "https://other.example/a?x"),
            ("www.example.org:8080", "/a", "", "www.example.org:8080/a"),
            ("2001:db8::1", "/", "", "2001:db8::1/"),
            ("-", "GET http://x/y HTTP/1.0", "-", "http://x/y"),
            ("-", "www.example.org:443", "-", "www.example.org:443"),
            ("www.example.org", "-", "-", "www.example.org"),
        ] {
            assert_eq!(target(host, object, query), expected, "{object}");
        }
        let tls = row(
            &[at("1.0"), (Meaning::Client, "a"), (Meaning::Request, r"\x16\x03")],
            Who::Peer,
            Instant::Start,
        );
        assert_eq!(tls.expect("a row").target.as_deref(), Some("-"));
    }

    #[test]
    fn what_is_no_number_says_what_is_expected() {
        let mut said = Said::default();
        for (meaning, text, expected) in [
            (Meaning::Bytes, "9OO", "a number, or -"),
            (Meaning::ClientPort, "70000", "a port, 0 to 65535"),
            (Meaning::ClientAndPort, "10.0.0.1", "address:port"),
            (Meaning::Protocol, "icmp", "tcp or udp"),
            (Meaning::Time(ClockText::Iso), "soon", "a time such as 2024-05-01T12:00:00.123Z"),
        ] {
            assert_eq!(said.put(&meaning, text.into()), Err(expected));
        }
    }
}
