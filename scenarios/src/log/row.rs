//! What an entry of a log says, and which of it a format has at all.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

/// A request or a connection of a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogRow {
    /// When it arrived: nanoseconds since 1970, or, of a trace, since its begin.
    pub at: i64,
    /// How wide the tick of the log's clock is, in nanoseconds, if it is worth spreading entries over it; else 0.
    pub(crate) tick: u64,
    /// Who asked.
    pub client: Client,
    /// From which port.
    pub client_port: Option<u16>,
    /// What was asked for, as [`Columns::target`] says. `-` if the log does not know.
    pub target: Option<Box<str>>,
    /// The port that was asked, of a network's log.
    pub target_port: Option<u16>,
    /// By which protocol, of a network's log.
    pub transport: Option<Transport>,
    /// Bytes to the client.
    pub response_bytes: Option<u64>,
    /// From arrival to the end of the response, in nanoseconds.
    pub duration: Option<u64>,
}

impl LogRow {
    /// An entry of which only time and client are known. `tick` as in the field.
    pub(crate) fn new(at: i64, tick: u64, client: Client) -> Self {
        Self {
            at,
            tick,
            client,
            client_port: None,
            target: None,
            target_port: None,
            transport: None,
            response_bytes: None,
            duration: None,
        }
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn footprint(&self) -> usize {
        let name = match &self.client {
            Client::Address(_) => 0,
            Client::Name(name) => name.len(),
        };
        size_of::<Self>() + name + self.target.as_ref().map_or(0, |target| target.len())
    }

    /// What tests compare: the arrival in milliseconds, the client, the object, its bytes and its duration.
    #[cfg(test)]
    pub(crate) fn shown(&self) -> String {
        let Self { at, client, target, response_bytes, duration, .. } = self;
        format!("{} {client} {target:?} {response_bytes:?} {duration:?}", at / 1_000_000)
    }
}

/// Who asked: by address, or by name if the log has looked it up.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Client {
    /// IPv4 mapped into IPv6 is IPv4.
    Address(IpAddr),
    /// Anything else.
    Name(Box<str>),
}

impl Client {
    /// Reads a field of a log; `None` if it is empty or `-`.
    pub(crate) fn read(field: &str) -> Option<Self> {
        // Most are plain, and need no name.
        if let Some(address) = plain(field) {
            return Some(Self::Address(address.into()));
        }
        let name = clean(field);
        // A zone (`fe80::1%eth0`) is of the machine that wrote the log.
        let bare = name.split_once('%').map_or(&*name, |(address, _)| address);
        let bare = bare.strip_prefix('[').and_then(|bare| bare.strip_suffix(']')).unwrap_or(bare);
        match bare.parse::<IpAddr>() {
            Ok(address) => Some(Self::Address(address.to_canonical())),
            Err(_) => (&*name != "-").then_some(Self::Name(name)),
        }
    }

    /// Reads `address:port`, where an IPv6 address may stand in brackets or not.
    pub(crate) fn with_port(field: &str) -> Option<(Self, u16)> {
        let (client, port) = field.rsplit_once(':')?;
        Some((Self::read(client)?, port.parse().ok()?))
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// An IPv4 address as it is written everywhere: four numbers without zeros in front.
fn plain(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let (mut at, mut value, mut digits) = (0, 0u32, 0);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' if digits < 3 && (digits == 0 || value > 0) => {
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
            }
            b'.' if digits > 0 && at < 3 => {
                octets[at] = u8::try_from(value).ok()?;
                (at, value, digits) = (at + 1, 0, 0);
            }
            _ => return None,
        }
    }
    octets[3] = u8::try_from(value).ok()?;
    (at == 3 && digits > 0).then(|| octets.into())
}

/// A protocol above IP.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Transport {
    /// As scenario files write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

/// What a log says about where a request went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// The object that was asked for: a path or a URL.
    Object,
    /// The address or the frontend that was asked.
    Destination,
}

impl Target {
    /// What its column is called.
    pub fn column(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Destination => "destination",
        }
    }
}

/// Which columns a log can fill.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Columns {
    /// `client_port`.
    pub client_port: bool,
    /// `object` or `destination`.
    pub target: Option<Target>,
    /// `destination_port`.
    pub target_port: bool,
    /// `protocol`.
    pub transport: bool,
    /// `response_bytes`.
    pub response_bytes: bool,
    /// `duration_s`.
    pub duration: bool,
}

impl Columns {
    /// None at all.
    pub(crate) const NONE: Self = Self {
        client_port: false,
        target: None,
        target_port: false,
        transport: false,
        response_bytes: false,
        duration: false,
    };

    /// These, and the numbers that a row has.
    pub(crate) fn with(self, row: &LogRow) -> Self {
        Self {
            client_port: self.client_port || row.client_port.is_some(),
            response_bytes: self.response_bytes || row.response_bytes.is_some(),
            duration: self.duration || row.duration.is_some(),
            ..self
        }
    }

    /// Of the numbers only those that `other` has too.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            client_port: self.client_port && other.client_port,
            response_bytes: self.response_bytes && other.response_bytes,
            duration: self.duration && other.duration,
            ..self
        }
    }

    /// Takes from a row what is in no column.
    pub(crate) fn keep(self, row: &mut LogRow) {
        if !self.client_port {
            row.client_port = None;
        }
        if !self.response_bytes {
            row.response_bytes = None;
        }
        if !self.duration {
            row.duration = None;
        }
    }

    /// What the log of a web server or proxy has at least, if it tells durations.
    pub(crate) const REQUESTS: Self = Self {
        client_port: false,
        target: Some(Target::Object),
        target_port: false,
        transport: false,
        response_bytes: true,
        duration: true,
    };
}

/// A name for a trace: not empty, without blanks at its ends, and without control characters.
pub(crate) fn clean(text: &str) -> Box<str> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return text.into();
    }
    let text = text.trim();
    if text.is_empty() {
        return "-".into();
    }
    if !text.contains(char::is_control) {
        return text.into();
    }
    let escaped = |c: char| if c.is_control() { format!("%{:02X}", c as u32) } else { c.to_string() };
    text.chars().map(escaped).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_addresses_where_they_can_be() {
        for (field, shown) in [
            ("10.1.2.3", "10.1.2.3"),
            ("::ffff:10.1.2.3", "10.1.2.3"),
            ("2001:DB8:0::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("proxy.example.com", "proxy.example.com"),
        ] {
            assert_eq!(Client::read(field).map(|client| client.to_string()).as_deref(), Some(shown));
        }
        for nobody in ["-", "", " - ", "\u{a0}", "\t"] {
            assert_eq!(Client::read(nobody), None, "{nobody:?}");
        }
    }

    #[test]
    fn plain_addresses_are_those_of_the_standard_library() {
        for text in [
            "10.1.2.3",
            "0.0.0.0",
            "255.255.255.255",
            "256.1.1.1",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.",
            ".1.2.3",
            "01.2.3.4",
            "1.2.3.00",
            "1..2.3",
            "1.2.3.4 ",
            "",
            "1.2.3.1000",
            "a.b.c.d",
            "1.2.3.-4",
        ] {
            assert_eq!(plain(text), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn a_client_that_is_written_is_read_as_the_same() {
        for field in ["192.0.2.1\u{10}", " 192.0.2.7 ", "fe80::1\u{7f}", "a%b", "[::1", "\u{3000}x"] {
            let client = Client::read(field).expect("somebody");
            assert_eq!(Client::read(&client.to_string()), Some(client), "{field:?}");
        }
    }

    #[test]
    fn ports_are_after_the_last_colon() {
        for (field, shown, port) in
            [("10.1.2.3:80", "10.1.2.3", 80), ("[::1]:5", "::1", 5), ("2001:db8::1:443", "2001:db8::1", 443)]
        {
            let (client, found) = Client::with_port(field).expect("address and port");
            assert_eq!((client.to_string().as_str(), found), (shown, port));
        }
        for field in ["10.1.2.3", "10.1.2.3:70000", ":80", "-"] {
            assert_eq!(Client::with_port(field), None, "{field}");
        }
    }

    #[test]
    fn names_hold_nothing_that_a_trace_refuses() {
        assert_eq!(&*clean("  "), "-");
        assert_eq!(&*clean(" /a\0b\n "), "/a%00b");
    }
}
