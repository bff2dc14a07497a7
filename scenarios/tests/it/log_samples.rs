//! Small logs of every format, and what is to be read of them. The times, sizes and durations are checked by hand.

use std::net::IpAddr;

use flate2::Compression;
use flate2::write::GzEncoder;
use ipvslab_scenarios::log::{Clock, Format, LogError, LogReader, Options, TraceWriter};
use std::io::{Cursor, Write};

/// A log, what it is, and the trace of it without spreading. `is_found_out` unless its lines can be read in several ways.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) format: Format,
    pub(crate) log: Vec<u8>,
    pub(crate) trace: &'static str,
    pub(crate) is_found_out: bool,
}

impl Sample {
    /// What must be said to read it.
    pub(crate) fn options(&self) -> Options {
        Options { format: (!self.is_found_out).then_some(self.format), ..Options::default() }
    }

    /// The same without spreading.
    pub(crate) fn exact(&self) -> Options {
        Options { clock: Clock::Keep, ..self.options() }
    }
}

macro_rules! text {
    ($name:literal, $format:ident) => {
        Sample {
            name: $name,
            format: Format::$format,
            log: include_bytes!(concat!("logs/", $name, ".log")).to_vec(),
            trace: include_str!(concat!("logs/", $name, ".csv")),
            is_found_out: true,
        }
    };
}

pub(crate) fn samples() -> Vec<Sample> {
    let trace = include_str!("logs/pcap.csv");
    let capture = |name, log| Sample { name, format: Format::Pcap, log, trace, is_found_out: true };
    vec![
        Sample { is_found_out: false, ..text!("apache", Apache) },
        text!("vhost", Apache),
        text!("nginx", Nginx),
        text!("haproxy-http", HaproxyHttp),
        text!("haproxy-tcp", HaproxyTcp),
        text!("elb", Elb),
        text!("alb", Alb),
        text!("zeek", Zeek),
        text!("zeek-json", ZeekJson),
        text!("envoy", Envoy),
        capture("pcap", pcap(&packets())),
        capture("pcapng", pcapng(&packets())),
        Sample {
            name: "trace",
            format: Format::Trace,
            log: include_bytes!("logs/envoy.csv").to_vec(),
            trace: include_str!("logs/envoy.csv"),
            is_found_out: true,
        },
    ]
}

/// Reads a log to its end and writes its trace.
pub(crate) fn convert(log: &[u8], options: Options) -> Result<(String, LogReader), LogError> {
    let mut reader = LogReader::open(Box::new(Cursor::new(log.to_vec())), "web.log", options)?;
    let mut trace = TraceWriter::new(Vec::new(), reader.columns()).expect("memory");
    for row in reader.by_ref() {
        trace.write(&row?).expect("memory");
    }
    let trace = trace.finish().expect("memory");
    Ok((String::from_utf8(trace).expect("UTF-8"), reader))
}

/// Without spreading.
pub(crate) fn exact() -> Options {
    Options { clock: Clock::Keep, ..Options::default() }
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).expect("memory");
    packer.finish().expect("memory")
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

const SYN: u8 = 0x02;
const SYN_ACK: u8 = 0x12;

/// Packets with their times in microseconds: a connection with its answer and a SYN sent again, a question with its
/// answer over IPv6, something else, and a second connection of the same ports.
fn packets() -> Vec<(u64, Vec<u8>)> {
    let begin = 1_710_064_800_000_000;
    let (client, server) = ("192.0.2.10:40001", "10.0.0.1:80");
    let (asking, answering) = ("[2001:db8::3]:5353", "[2001:db8::53]:53");
    let mut arp = vec![0xff; 12];
    arp.extend([0x08, 0x06, 0, 1]);
    vec![
        (begin, tcp(client, server, SYN, 7)),
        (begin + 100, tcp(server, client, SYN_ACK, 99)),
        (begin + 400_000, arp),
        (begin + 500_000, udp(asking, answering)),
        (begin + 500_900, udp(answering, asking)),
        (begin + 1_000_000, tcp(client, server, SYN, 7)),
        (begin + 301_000_000, tcp(client, server, SYN, 8)),
    ]
}

fn tcp(from: &str, to: &str, flags: u8, sequence: u32) -> Vec<u8> {
    let mut header = vec![0; 20];
    header[4..8].copy_from_slice(&sequence.to_be_bytes());
    header[12] = 5 << 4;
    header[13] = flags;
    frame(from, to, 6, header)
}

fn udp(from: &str, to: &str) -> Vec<u8> {
    frame(from, to, 17, vec![0, 0, 0, 0, 0, 8, 0, 0])
}

/// An Ethernet frame.
fn frame(from: &str, to: &str, protocol: u8, mut transport: Vec<u8>) -> Vec<u8> {
    let [from, to] = [from, to].map(|address| address.parse::<std::net::SocketAddr>().expect("an address"));
    transport[..2].copy_from_slice(&from.port().to_be_bytes());
    transport[2..4].copy_from_slice(&to.port().to_be_bytes());
    let mut frame = vec![2; 12];
    match (from.ip(), to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            frame.extend([
                0x08,
                0x00,
                0x45,
                0,
                0,
                20 + transport.len() as u8,
                0,
                0,
                0,
                0,
                64,
                protocol,
                0,
                0,
            ]);
            frame.extend(from.octets());
            frame.extend(to.octets());
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            frame.extend([0x86, 0xdd, 0x60, 0, 0, 0, 0, transport.len() as u8, protocol, 64]);
            frame.extend(from.octets());
            frame.extend(to.octets());
        }
        _ => unreachable!("both are of one IP version"),
    }
    frame.extend(transport);
    frame
}

/// A little-endian capture of microseconds.
fn pcap(packets: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, 1u32] {
        file.extend(word.to_le_bytes());
    }
    for (at, packet) in packets {
        let length = packet.len() as u32;
        for word in [(at / 1_000_000) as u32, (at % 1_000_000) as u32, length, length] {
            file.extend(word.to_le_bytes());
        }
        file.extend(packet);
    }
    file
}

/// A section with one interface whose clock ticks nanoseconds.
fn pcapng(packets: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut file = Vec::new();
    block(
        &mut file,
        0x0a0d_0d0a,
        &[0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255],
    );
    block(&mut file, 1, &[1, 0, 0, 0, 0, 0, 1, 0, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
    for (at, packet) in packets {
        let ticks = at * 1_000;
        let length = packet.len() as u32;
        let mut body = Vec::new();
        for word in [0, (ticks >> 32) as u32, ticks as u32, length, length] {
            body.extend(word.to_le_bytes());
        }
        body.extend(packet);
        block(&mut file, 6, &body);
    }
    file
}

fn block(file: &mut Vec<u8>, kind: u32, body: &[u8]) {
    let padding = (4 - body.len() % 4) % 4;
    let length = (12 + body.len() + padding) as u32;
    file.extend(kind.to_le_bytes());
    file.extend(length.to_le_bytes());
    file.extend(body);
    file.extend(vec![0; padding]);
    file.extend(length.to_le_bytes());
}
