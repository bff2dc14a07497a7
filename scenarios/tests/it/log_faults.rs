//! What users see when a log is damaged, packed in odd ways, or no log.

use std::io::{Read, repeat};

use ipvslab_scenarios::log::{Faulty, Format, LogReader, Options};

use crate::log_samples::{convert, exact, gzip, samples, zstd};

fn message(log: &[u8]) -> String {
    said(log, None)
}

fn said(log: &[u8], format: Option<Format>) -> String {
    let error = convert(log, Options { format, ..exact() }).map(drop).expect_err("a faulty log");
    let help = error.help().map_or(String::new(), |help| format!("\n    help: {help}"));
    format!("{error}{help}")
}

/// Every case of the plain text file: a log, the format that is said (`-` for none), and what the user sees.
#[test]
fn messages_are_those_of_the_text_file() {
    let golden = include_str!("log_faults.txt");
    let mut seen = String::new();
    for case in golden.split("\n\n").filter(|case| !case.trim().is_empty()) {
        let mut lines = case.lines();
        let format = lines.next().expect("a format");
        let log: Vec<&str> = lines.take_while(|line| line.starts_with('|')).collect();
        let text: String = log.iter().map(|line| format!("{}\n", &line[1..])).collect();
        let text = text.replace("<tab>", "\t").replace("<esc>", "\u{1b}").replace("<zero>", "\0");
        let message = said(text.as_bytes(), Format::named(format));
        seen.push_str(&format!("{format}\n{}\n{message}\n\n", log.join("\n")));
    }
    if std::env::var_os("BLESS").is_some() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/log_faults.txt");
        std::fs::write(path, &seen).expect("the golden file is writable");
        return;
    }
    assert_eq!(seen.trim_end(), golden.trim_end(), "BLESS=1 accepts the messages");
}

/// Lines that do not pack well, so that a cut loses some of them.
fn long_log() -> Vec<u8> {
    let mut state = 1u64;
    let line = |row: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let path = state >> 16;
        format!("192.0.2.{} - - [10/Mar/2024:10:00:00 +0000] \"GET /{path} HTTP/1.1\" 200 {row}\n", row % 250)
    };
    (0..40_000).map(line).collect::<String>().into_bytes()
}

#[test]
fn a_packed_log_that_is_cut_short_says_how_much_was_good() {
    let log = long_log();
    for (name, packed) in [("gzip", gzip(&log)), ("zstd", zstd(&log))] {
        let message = message(&packed[..packed.len() / 2]);
        assert!(message.contains(&format!("the {name} stream is truncated after ")), "{message}");
        assert!(message.contains("help: copy the file again"), "{message}");
        let lines: u64 = message
            .split_once("(unpacked); ")
            .and_then(|(_, rest)| rest.split_once(' ')?.0.parse().ok())
            .unwrap_or_else(|| panic!("{message}"));
        assert!((1_000..39_000).contains(&lines), "{message}");
        // The last line that is counted is whole.
        let good: Vec<u8> =
            log.split_inclusive(|&byte| byte == b'\n').take(lines as usize).flatten().copied().collect();
        assert_eq!(convert(&good, exact()).expect("whole lines").0.lines().count() as u64, lines + 1);
    }
}

#[test]
fn a_damaged_packed_log_says_so() {
    let log = long_log();
    for (name, mut packed) in [("gzip", gzip(&log)), ("zstd", zstd(&log))] {
        let middle = packed.len() / 2;
        packed[middle..middle + 64].fill(0xa5);
        // What is damaged may unpack to rubbish first.
        let skip = Options { faulty: Faulty::LeaveOut, ..exact() };
        let error = convert(&packed, skip).map(drop).expect_err("a damaged log");
        assert!(error.to_string().contains(&format!("the {name} stream is damaged")), "{error}");
    }
    let mut trailing = gzip(&log);
    trailing.extend(b"rubbish behind");
    assert!(message(&trailing).contains("the gzip stream is damaged"));
}

#[test]
fn several_members_and_frames_are_one_log() {
    let line = "a - - [10/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n".as_bytes();
    let skippable = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    for packed in [[gzip(line), gzip(line)].concat(), [zstd(line), skippable.to_vec(), zstd(line)].concat()] {
        assert_eq!(convert(&packed, exact()).expect("two lines").0.lines().count(), 3);
    }
}

#[test]
fn a_bomb_is_stopped_before_it_goes_off() {
    let mut packer = flate2::read::GzEncoder::new(repeat(b'\n').take(1 << 29), flate2::Compression::best());
    let mut bomb = Vec::new();
    packer.read_to_end(&mut bomb).expect("memory");
    let message = message(&bomb);
    assert!(
        message.contains("bytes decompress to more than") && message.contains("decompress it first"),
        "{message}"
    );
}

#[test]
fn a_line_of_a_gigabyte_takes_no_memory() {
    let line = "a - - [10/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n".repeat(60);
    let endless = std::io::Cursor::new(line).chain(repeat(b'x').take(1 << 30));
    let rows = LogReader::open(Box::new(endless), "web.log", exact()).expect("a log");
    let error = rows.map(|row| row.map(drop)).find_map(Result::err).expect("a long line");
    assert_eq!(error.to_string(), "web.log:61: a line takes more than 256 KiB");
    let at_once = message(&vec![b'x'; 300 << 10]);
    assert_eq!(at_once, "web.log:1: a line takes more than 256 KiB");
}

#[test]
fn what_is_no_log_is_called_by_its_name() {
    assert_eq!(message(b""), "web.log: the file is empty");
    assert_eq!(message(b"\n\n \n"), "web.log: the file is empty");
    assert_eq!(message(&gzip(b"")), "web.log: the file is empty");
    assert_eq!(message(b"\x7fELF\x02\x01\x01\0\0\0"), "web.log: this is not text: a zero byte at byte 7");
    assert!(
        message(b"\xfd7zXZ\0\0").starts_with("web.log: it is compressed with xz, which is not supported")
    );
    assert!(message(b"PK\x03\x04").contains("unzip -p FILE | ipvslab trace convert -"));
}

#[test]
fn captures_that_are_cut_or_odd_are_errors() {
    let capture = samples().into_iter().find(|sample| sample.name == "pcap").expect("a sample").log;
    assert_eq!(message(&capture[..capture.len() - 3]), "web.log: packet 7: the capture is truncated");
    assert!(message(&capture[..20]).contains("the capture is truncated"));
    let mut huge = capture.clone();
    huge[32..36].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(message(&huge).contains("a packet takes more than 1 MiB"), "{}", message(&huge));
    let nothing_begins = &capture[..24];
    assert!(message(nothing_begins).contains("there is no request in it"), "{}", message(nothing_begins));
}

/// Gives a byte at a time, as a slow pipe may.
struct ByteByByte(std::io::Cursor<Vec<u8>>);

impl Read for ByteByByte {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let end = buffer.len().min(1);
        self.0.read(&mut buffer[..end])
    }
}

#[test]
fn a_slow_pipe_is_told_what_it_is_all_the_same() {
    for sample in samples() {
        for log in [sample.log.clone(), gzip(&sample.log)] {
            let pipe = Box::new(ByteByByte(std::io::Cursor::new(log)));
            let format = LogReader::open(pipe, "web.log", sample.exact()).map(|reader| reader.format());
            assert_eq!(format.expect(sample.name), sample.format, "{}", sample.name);
        }
    }
}

#[test]
fn names_of_columns_cannot_paint_the_terminal() {
    let message = message(b"arrival_s,client\x1b[2J,object\n0,a,b\n");
    assert!(message.contains("found `arrival_s`, `client\\u{1b}[2J`, `object`"), "{message}");
}

#[test]
fn the_first_packet_of_a_capture_is_number_one() {
    let capture = samples().into_iter().find(|sample| sample.name == "pcap").expect("a sample").log;
    let mut huge = capture[..60].to_vec();
    huge[32..36].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(message(&huge), "web.log: packet 1: a packet takes more than 1 MiB");
}

#[test]
fn a_log_of_half_a_century_is_read_again() {
    let line = |year| format!("a - - [10/Mar/{year}:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n");
    let (trace, _) = convert((line(1971) + &line(2024)).as_bytes(), exact()).expect("two lines");
    assert_eq!(convert(trace.as_bytes(), exact()).expect("a trace").0, trace);
}
