//! The bytes of a log: unpacked if they are packed, and not without end.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use super::begin::{Begun, begin};
use super::error::Cause;
use super::gauge::Gauge;
use super::packing::Packing;

/// What a log may unpack to whatever its size: 64 MiB.
const ALWAYS: u64 = 64 << 20;
/// Beyond that, how many times its size. Logs pack to a fifth or a fiftieth, and a bomb to a thousandth.
const MOST_RATIO: u64 = 250;

type Raw = BufReader<Begun<Counted>>;

/// The unpacked bytes.
pub(crate) struct Source {
    bytes: Unpacker,
    gauge: Gauge,
}

enum Unpacker {
    Plain(Raw),
    Gzip(Box<MultiGzDecoder<Raw>>),
    Zstd(Box<Frames>),
}

impl Source {
    /// Looks at the first bytes, whatever the file is called.
    ///
    /// # Errors
    /// If nothing can be read, or it is packed in a way that is not known here.
    pub(crate) fn new(file: Box<dyn Read + Send>, gauge: Gauge) -> Result<Self, Cause> {
        /// Other packings by their first bytes, with what unpacks them.
        const OTHERS: [(&[u8], &str, &str); 4] = [
            (b"\xfd7zXZ\0", "xz", "xz -dc"),
            (b"BZh", "bzip2", "bzip2 -dc"),
            (b"PK\x03\x04", "zip", "unzip -p"),
            (b"\x04\x22\x4d\x18", "lz4", "lz4 -dc"),
        ];
        let (head, raw) = begin(Counted { file, gauge: gauge.clone() }).map_err(Cause::Io)?;
        let raw = BufReader::with_capacity(1 << 16, raw);
        if let Some(&(_, name, command)) = OTHERS.iter().find(|(magic, ..)| head.starts_with(magic)) {
            return Err(Cause::OtherPacking { name, command });
        }
        let bytes = if head.starts_with(&[0x1f, 0x8b]) {
            Unpacker::Gzip(Box::new(MultiGzDecoder::new(raw)))
        } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) || is_skippable(&head) {
            Unpacker::Zstd(Box::new(Frames { decoder: None, raw: Some(raw) }))
        } else {
            Unpacker::Plain(raw)
        };
        Ok(Self { bytes, gauge })
    }

    fn packing(&self) -> Option<Packing> {
        match self.bytes {
            Unpacker::Plain(_) => None,
            Unpacker::Gzip(_) => Some(Packing::Gzip),
            Unpacker::Zstd(_) => Some(Packing::Zstd),
        }
    }

    /// Whether more bytes were wanted than there are. ruzstd does not say so: an error at the end of the file counts.
    fn is_cut_short(&self, packing: Packing, error: &io::Error) -> bool {
        let is_silent = packing == Packing::Zstd && self.gauge.is_at_end();
        error.kind() == io::ErrorKind::UnexpectedEof || is_silent
    }

    fn cause(&self, error: io::Error) -> Cause {
        let bytes = self.gauge.unpacked();
        match self.packing() {
            None => Cause::Io(error),
            Some(packing) if self.is_cut_short(packing, &error) => {
                Cause::CutShort { packing, lines: 0, bytes }
            }
            Some(packing) => Cause::Damaged { packing, why: error.to_string(), lines: 0, bytes },
        }
    }
}

impl Read for Source {
    /// The error is without meaning: its cause is with the [`Gauge`].
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.bytes {
            Unpacker::Plain(raw) => raw.read(buffer),
            Unpacker::Gzip(decoder) => decoder.read(buffer),
            Unpacker::Zstd(frames) => frames.read(buffer),
        };
        let count = match read {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => {
                self.gauge.blame(self.cause(error));
                return Err(io::ErrorKind::InvalidData.into());
            }
        };
        self.gauge.count_unpacked(count);
        let (packed, unpacked) = (self.gauge.packed(), self.gauge.unpacked());
        if self.packing().is_some() && unpacked > ALWAYS + packed.saturating_mul(MOST_RATIO) {
            self.gauge.blame(Cause::Bomb { packed, unpacked });
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(count)
    }
}

/// The bytes of the file, counted.
struct Counted {
    file: Box<dyn Read + Send>,
    gauge: Gauge,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.gauge.count_packed(count);
        Ok(count)
    }
}

/// Frames of zstd, one after the other; one of the two is there.
struct Frames {
    decoder: Option<StreamingDecoder<Raw, FrameDecoder>>,
    raw: Option<Raw>,
}

impl Read for Frames {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(decoder) = &mut self.decoder {
                let count = decoder.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
            }
            if let Some(done) = self.decoder.take() {
                self.raw = Some(done.into_inner());
            }
            let Some(mut raw) = self.raw.take() else { return Err(io::ErrorKind::InvalidData.into()) };
            let head = raw.fill_buf()?;
            if head.is_empty() {
                self.raw = Some(raw);
                return Ok(0);
            }
            if is_skippable(head) {
                let mut frame = [0; 8];
                raw.read_exact(&mut frame)?;
                let length = u32::from_le_bytes([frame[4], frame[5], frame[6], frame[7]]);
                let skipped = io::copy(&mut raw.by_ref().take(length.into()), &mut io::sink())?;
                if skipped < length.into() {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                self.raw = Some(raw);
                continue;
            }
            self.decoder = Some(StreamingDecoder::new(raw).map_err(io::Error::other)?);
        }
    }
}

/// Whether a frame of zstd that holds no data begins here.
fn is_skippable(head: &[u8]) -> bool {
    matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}
