//! Packet captures, pcap and pcapng: the first SYN or UDP packet of a connection is its arrival.
//!
//! Connections that began before the capture have no SYN in it, and are not counted. Sizes and durations are not
//! taken: for them, Zeek makes a conn.log of a capture.

mod dissect;
mod flows;

use std::io::{Cursor, Read};

use pcap_parser::pcapng::Block;
use pcap_parser::traits::PcapReaderIterator;
use pcap_parser::{Linktype, PcapBlockOwned, PcapError, create_reader};

use self::dissect::{Kind, dissect};
use self::flows::Flows;
use super::error::Cause;
use super::gauge::Gauge;
use super::row::{Client, Columns, LogRow, Target};

/// What a capture has.
pub(crate) const COLUMNS: Columns = Columns {
    client_port: true,
    target: Some(Target::Destination),
    target_port: true,
    transport: true,
    response_bytes: false,
    duration: false,
};

/// The most bytes of a packet, and of any other block.
const LARGEST: usize = 1 << 20;
/// What is read ahead, so that the first read has the whole header.
const HEAD: u64 = 1 << 16;
/// The most interfaces of a section.
const MOST_INTERFACES: usize = 1 << 16;

/// Whether a file begins as captures do.
pub(crate) fn is_capture(head: &[u8]) -> bool {
    const MAGIC: [[u8; 4]; 6] = [
        [0xd4, 0xc3, 0xb2, 0xa1],
        [0xa1, 0xb2, 0xc3, 0xd4],
        [0x4d, 0x3c, 0xb2, 0xa1],
        [0xa1, 0xb2, 0x3c, 0x4d],
        [0x34, 0xcd, 0xb2, 0xa1],
        [0x0a, 0x0d, 0x0d, 0x0a],
    ];
    MAGIC.iter().any(|magic| head.starts_with(magic))
}

/// An interface that packets were captured at.
#[derive(Clone, Copy, Debug)]
struct Interface {
    link: Linktype,
    /// Ticks of its clock in a second.
    resolution: u64,
    /// Seconds to be added.
    offset: i64,
}

/// The connections of a capture.
pub(crate) struct Packets {
    reader: Box<dyn PcapReaderIterator + Send>,
    gauge: Gauge,
    interfaces: Vec<Interface>,
    flows: Flows,
    /// The number of the packet that was read last, from 1.
    number: u64,
    /// Packets that cannot begin a TCP or UDP connection because they are of something else.
    foreign: u64,
}

impl Packets {
    pub(crate) fn new(mut bytes: Box<dyn Read + Send>, gauge: Gauge) -> Result<Self, Cause> {
        let mut head = Vec::new();
        if let Err(error) = bytes.by_ref().take(HEAD).read_to_end(&mut head) {
            return Err(gauge.fault().unwrap_or(Cause::Io(error)));
        }
        let reader = create_reader(LARGEST + HEAD as usize, Cursor::new(head).chain(bytes))
            .map_err(|error| why(&error, &gauge, "it begins like a packet capture, but is not one"))?;
        Ok(Self { reader, gauge, interfaces: Vec::new(), flows: Flows::default(), number: 0, foreign: 0 })
    }

    /// The number of the packet that was read last, from 1; of the first one if there was none.
    pub(crate) fn number(&self) -> u64 {
        self.number.max(1)
    }

    /// How many packets were neither TCP nor UDP.
    pub(crate) fn foreign(&self) -> u64 {
        self.foreign
    }

    /// The next packet that begins a connection.
    pub(crate) fn advance(&mut self) -> Result<Option<LogRow>, Cause> {
        loop {
            let held = self.reader.data().len();
            let (offset, row) = match self.reader.next() {
                Ok((offset, block)) => {
                    let row = begin(
                        &block,
                        &mut self.interfaces,
                        &mut self.flows,
                        &mut self.number,
                        &mut self.foreign,
                    )?;
                    (offset, row)
                }
                Err(PcapError::Eof) => return Ok(None),
                Err(PcapError::Incomplete(_)) => {
                    if let Err(error) = self.reader.refill() {
                        self.number += 1;
                        return Err(why(&error, &self.gauge, "unreadable"));
                    }
                    if self.reader.data().len() == held && !self.reader.reader_exhausted() {
                        self.number += 1;
                        return Err(Cause::Packets { why: "a packet takes more than 1 MiB".to_owned() });
                    }
                    continue;
                }
                Err(error) => {
                    self.number += 1;
                    return Err(why(&error, &self.gauge, "this is not a packet"));
                }
            };
            self.reader.consume(offset);
            if row.is_some() {
                return Ok(row);
            }
        }
    }
}

/// The cause behind an error of the parser.
fn why(error: &PcapError<&[u8]>, gauge: &Gauge, otherwise: &str) -> Cause {
    if let Some(cause) = gauge.fault() {
        return cause;
    }
    let why = match error {
        PcapError::UnexpectedEof | PcapError::Incomplete(_) | PcapError::Eof => "the capture is truncated",
        PcapError::BufferTooSmall => "a packet takes more than 1 MiB",
        _ => otherwise,
    };
    Cause::Packets { why: why.to_owned() }
}

/// The connection that a block of the file begins, if it does.
fn begin(
    block: &PcapBlockOwned<'_>,
    interfaces: &mut Vec<Interface>,
    flows: &mut Flows,
    number: &mut u64,
    foreign: &mut u64,
) -> Result<Option<LogRow>, Cause> {
    let (interface, ticks, data) = match block {
        PcapBlockOwned::LegacyHeader(header) => {
            let resolution = if header.is_nanosecond_precision() { 1_000_000_000 } else { 1_000_000 };
            interfaces.push(Interface { link: header.network, resolution, offset: 0 });
            return Ok(None);
        }
        PcapBlockOwned::Legacy(packet) => {
            *number += 1;
            let interface = interfaces.first().copied();
            let resolution = interface.map_or(1, |interface| u128::from(interface.resolution));
            let ticks = u128::from(packet.ts_sec) * resolution + u128::from(packet.ts_usec);
            (interface, ticks, packet.data)
        }
        PcapBlockOwned::NG(Block::SectionHeader(_)) => {
            interfaces.clear();
            return Ok(None);
        }
        PcapBlockOwned::NG(Block::InterfaceDescription(description)) => {
            let resolution = description.ts_resolution().filter(|&resolution| resolution > 0);
            let resolution = resolution
                .ok_or_else(|| Cause::Packets { why: "an interface's clock cannot be read".to_owned() })?;
            if interfaces.len() == MOST_INTERFACES {
                return Err(Cause::Packets { why: "too many interfaces".to_owned() });
            }
            let (link, offset) = (description.linktype, description.ts_offset());
            interfaces.push(Interface { link, resolution, offset });
            return Ok(None);
        }
        PcapBlockOwned::NG(Block::EnhancedPacket(packet)) => {
            *number += 1;
            let ticks = u128::from(packet.ts_high) << 32 | u128::from(packet.ts_low);
            let data = packet.data.get(..packet.caplen as usize).unwrap_or(packet.data);
            (interfaces.get(packet.if_id as usize).copied(), ticks, data)
        }
        PcapBlockOwned::NG(Block::SimplePacket(_)) => {
            *number += 1;
            return Err(Cause::Packets { why: "a simple packet block, which has no time".to_owned() });
        }
        PcapBlockOwned::NG(_) => return Ok(None),
    };
    let interface = interface
        .ok_or_else(|| Cause::Packets { why: "a packet of an interface that is not described".to_owned() })?;
    let at = ticks * 1_000_000_000 / u128::from(interface.resolution);
    let at =
        i64::try_from(at).ok().and_then(|at| at.checked_add(interface.offset.checked_mul(1_000_000_000)?));
    let at = at
        .filter(|&at| at >= 0)
        .ok_or_else(|| Cause::Packets { why: "a time that is not between 1970 and 2262".to_owned() })?;
    let Some(packet) = dissect(interface.link, data) else {
        *foreign += 1;
        return Ok(None);
    };
    let begins = match packet.kind {
        Kind::Syn { sequence } => flows.syn(packet.tuple, sequence, at)?,
        Kind::Datagram => flows.datagram(packet.tuple, at)?,
        Kind::Other => false,
    };
    Ok(begins.then(|| {
        let tuple = packet.tuple;
        let mut row = LogRow::new(at, 0, Client::Address(tuple.source.ip().to_canonical()));
        row.client_port = Some(tuple.source.port());
        row.target = Some(tuple.destination.ip().to_canonical().to_string().into());
        row.target_port = Some(tuple.destination.port());
        row.transport = Some(tuple.transport);
        row
    }))
}
