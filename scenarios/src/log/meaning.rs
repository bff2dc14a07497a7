//! What a value of a log stands for, whatever the log calls it.

use super::clock_text::ClockText;

/// What a value stands for.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Meaning {
    /// The other end of the connection: an address or a name. A port behind an address is passed over.
    Client,
    /// The same, with its port behind it.
    ClientAndPort,
    /// Its port, perhaps behind its address.
    ClientPort,
    /// X-Forwarded-For: addresses with commas between them, the original client first.
    Forwarded,
    /// The virtual host that was asked, perhaps with a port.
    Host,
    /// The first line of a request: `GET /a HTTP/1.1`.
    Request,
    /// What was asked for: a path or a URL. A request line is known by its shape.
    Object,
    /// The query of the path, with or without its question mark.
    Query,
    /// The address or name that was asked, of a network's log.
    Destination,
    /// Its port.
    DestinationPort,
    /// `tcp` or `udp`.
    Protocol,
    /// Bytes of the response's body.
    Bytes,
    /// Bytes to the client, headers included; what counts if the log has no [`Meaning::Bytes`].
    AllBytes,
    /// From the request's arrival to the end of its response; several add up.
    Duration(Unit),
    /// When, or a part of it.
    Time(ClockText),
}

impl Meaning {
    /// What messages, notes and `--map` call it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Client | Self::ClientAndPort => "client",
            Self::ClientPort => "client_port",
            Self::Forwarded => "forwarded",
            Self::Host => "host",
            Self::Request | Self::Object => "object",
            Self::Query => "query",
            Self::Destination => "destination",
            Self::DestinationPort => "destination_port",
            Self::Protocol => "protocol",
            Self::Bytes | Self::AllBytes => "bytes",
            Self::Duration(_) => "duration",
            Self::Time(_) => "time",
        }
    }
}

/// The unit of a number that is a duration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Seconds, perhaps with decimals.
    Seconds,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    Micros,
    /// Nanoseconds.
    Nanos,
}

impl Unit {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Seconds, Self::Millis, Self::Micros, Self::Nanos];

    /// How it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Millis => "ms",
            Self::Micros => "us",
            Self::Nanos => "ns",
        }
    }

    /// The unit that is written so.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }

    /// How many digits of a number of nanoseconds are below it.
    pub(crate) fn digits(self) -> u32 {
        match self {
            Self::Seconds => 9,
            Self::Millis => 6,
            Self::Micros => 3,
            Self::Nanos => 0,
        }
    }
}

/// Which end of a request a time is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Instant {
    /// When it arrived.
    Start,
    /// When it was over, or logged: its arrival is the duration earlier.
    End,
}

impl Instant {
    /// How `--map` writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
        }
    }
}

/// What is said of durations by a flag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durations {
    /// Numbers are durations of this unit.
    Of(Unit),
    /// The log has none, or none that is to be read.
    None,
}
