//! Results on their way out of the guest: frames on a serial line.
//!
//! A frame is the payload's length (4 bytes, little endian), its kind (1 byte), a checksum over both and the payload
//! (4 bytes), and the payload. The last frame is the verdict; without one the guest did not finish.

use std::io::{self, Write};

/// The longest payload.
pub const FRAME_LIMIT: usize = 16 << 20;

const HEADER: usize = 9;
const PROGRESS: u8 = b'p';
const DATA: u8 = b'd';
const OK: u8 = b'o';
const FAILED: u8 = b'f';

/// Something that the guest says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// How far it is, for the user.
    Progress(String),
    /// A piece of its results, as one call of [`Results::data`] wrote it.
    Data(Vec<u8>),
    /// How it ended.
    Verdict(Verdict),
}

/// How the guest ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It did what it was asked.
    Ok,
    /// It did not, and why.
    Failed(String),
}

/// What is wrong with the bytes of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// No frame has this kind.
    #[error("byte {at}: found a frame of kind {found:#04x}, which there is not")]
    Kind {
        /// Where the frame begins.
        at: u64,
        /// What it says.
        found: u8,
    },
    /// No frame is this long.
    #[error("byte {at}: found a frame of {found} bytes, expected at most {FRAME_LIMIT}")]
    Length {
        /// Where the frame begins.
        at: u64,
        /// What it says.
        found: u32,
    },
    /// The frame is not what was sent.
    #[error("byte {at}: the frame's checksum is wrong")]
    Checksum {
        /// Where the frame begins.
        at: u64,
    },
}

/// The guest's end of the channel.
pub struct Results<'a> {
    line: &'a mut (dyn Write + Send),
}

impl<'a> Results<'a> {
    /// Results that go to `line`.
    pub fn new(line: &'a mut (dyn Write + Send)) -> Self {
        Self { line }
    }

    /// Tells the user how far it is.
    ///
    /// # Errors
    /// If the line is broken, or the text longer than [`FRAME_LIMIT`].
    pub fn progress(&mut self, text: &str) -> io::Result<()> {
        self.send(PROGRESS, text.as_bytes())
    }

    /// Sends a piece of the results, at most [`FRAME_LIMIT`] bytes.
    ///
    /// # Errors
    /// If the line is broken, or the piece too long.
    pub fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.send(DATA, bytes)
    }

    pub(super) fn verdict(&mut self, verdict: &Verdict) -> io::Result<()> {
        match verdict {
            Verdict::Ok => self.send(OK, &[]),
            Verdict::Failed(why) => self.send(FAILED, &why.as_bytes()[..why.len().min(FRAME_LIMIT)]),
        }
    }

    fn send(&mut self, kind: u8, payload: &[u8]) -> io::Result<()> {
        let Some(length) = u32::try_from(payload.len()).ok().filter(|_| payload.len() <= FRAME_LIMIT) else {
            let message = format!("a frame of {} bytes, at most {FRAME_LIMIT} fit", payload.len());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        };
        let length = length.to_le_bytes();
        self.line.write_all(&[&length[..], &[kind], &checksum(length, kind, payload)].concat())?;
        self.line.write_all(payload)?;
        self.line.flush()
    }
}

/// The host's end: takes bytes as they come, gives frames as they are complete.
#[derive(Debug, Default)]
pub(super) struct Frames {
    bytes: Vec<u8>,
    /// Of `bytes`, how many were given.
    used: usize,
    /// Of the channel, how many were given.
    at: u64,
}

impl Frames {
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.used);
        self.used = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next frame, if it is complete. After an error nothing that follows makes sense.
    pub(super) fn next(&mut self) -> Result<Option<Frame>, ChannelError> {
        let rest = &self.bytes[self.used..];
        let Some((&[a, b, c, d, kind, ref sum @ ..], rest)) = rest.split_first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let (at, length) = (self.at, [a, b, c, d]);
        let found = u32::from_le_bytes(length);
        if ![PROGRESS, DATA, OK, FAILED].contains(&kind) {
            return Err(ChannelError::Kind { at, found: kind });
        }
        if found as usize > FRAME_LIMIT {
            return Err(ChannelError::Length { at, found });
        }
        let Some(payload) = rest.get(..found as usize) else { return Ok(None) };
        if *sum != checksum(length, kind, payload) {
            return Err(ChannelError::Checksum { at });
        }
        let text = || String::from_utf8_lossy(payload).into_owned();
        let frame = match kind {
            PROGRESS => Frame::Progress(text()),
            OK => Frame::Verdict(Verdict::Ok),
            FAILED => Frame::Verdict(Verdict::Failed(text())),
            _ => Frame::Data(payload.to_vec()),
        };
        self.used += HEADER + payload.len();
        self.at += (HEADER + payload.len()) as u64;
        Ok(Some(frame))
    }

    /// Bytes of a frame that is not complete.
    pub(super) fn left_over(&self) -> usize {
        self.bytes.len() - self.used
    }
}

/// FNV-1a, 32 bits.
fn checksum(length: [u8; 4], kind: u8, payload: &[u8]) -> [u8; 4] {
    let step = |sum: u32, &byte: &u8| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    length.iter().chain([&kind]).chain(payload).fold(0x811c_9dc5, step).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sent(frames: &[Frame]) -> Vec<u8> {
        let mut line = Vec::new();
        let mut results = Results::new(&mut line);
        for frame in frames {
            let sent = match frame {
                Frame::Progress(text) => results.progress(text),
                Frame::Data(bytes) => results.data(bytes),
                Frame::Verdict(verdict) => results.verdict(verdict),
            };
            sent.expect("a vector takes everything");
        }
        line
    }

    fn received(line: &[u8], piece: usize) -> (Vec<Frame>, Option<ChannelError>, usize) {
        let mut frames = Frames::default();
        let mut found = Vec::new();
        for bytes in line.chunks(piece) {
            frames.extend(bytes);
            loop {
                match frames.next() {
                    Ok(Some(frame)) => found.push(frame),
                    Ok(None) => break,
                    Err(error) => return (found, Some(error), frames.left_over()),
                }
            }
        }
        let left_over = frames.left_over();
        (found, None, left_over)
    }

    fn frame() -> impl Strategy<Value = Frame> {
        prop_oneof![
            ".*".prop_map(Frame::Progress),
            proptest::collection::vec(any::<u8>(), 0..300).prop_map(Frame::Data),
            Just(Frame::Verdict(Verdict::Ok)),
            ".*".prop_map(|why| Frame::Verdict(Verdict::Failed(why))),
        ]
    }

    proptest! {
        #[test]
        fn what_is_sent_is_received(frames in proptest::collection::vec(frame(), 0..8), piece in 1_usize..64) {
            prop_assert_eq!(received(&sent(&frames), piece), (frames, None, 0));
        }

        #[test]
        fn a_truncated_channel_gives_the_frames_before(frames in proptest::collection::vec(frame(), 1..8), cut in 1_usize..9) {
            let line = sent(&frames);
            let (found, error, left_over) = received(&line[..line.len() - cut], 16);
            prop_assert_eq!(&found[..], &frames[..frames.len() - 1]);
            prop_assert_eq!(error, None);
            prop_assert!(left_over > 0);
        }

        #[test]
        fn a_garbled_byte_is_noticed(frames in proptest::collection::vec(frame(), 1..8), at in any::<prop::sample::Index>(), flip in 1_u8..) {
            let mut line = sent(&frames);
            let at = at.index(line.len());
            line[at] ^= flip;
            let (found, error, left_over) = received(&line, 16);
            prop_assert!(found.len() < frames.len());
            prop_assert_eq!(&found[..], &frames[..found.len()]);
            prop_assert!(error.is_some() || left_over > 0);
        }

        #[test]
        fn no_bytes_make_it_panic(line in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = received(&line, 7);
        }
    }

    #[test]
    fn a_frame_that_is_too_long_is_refused_by_both_ends() {
        let error =
            Results::new(&mut Vec::new()).data(&vec![0; FRAME_LIMIT + 1]).expect_err("it is too long");
        assert_eq!(error.to_string(), "a frame of 16777217 bytes, at most 16777216 fit");
        let (_, error, _) = received(&[0xff, 0xff, 0xff, 0x7f, DATA, 0, 0, 0, 0], 9);
        assert_eq!(
            error.map(|error| error.to_string()).as_deref(),
            Some("byte 0: found a frame of 2147483647 bytes, expected at most 16777216")
        );
    }
}
