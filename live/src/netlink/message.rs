//! Message framing: a 16-byte header (length, type, flags, sequence, port; host byte order), then the body.

use super::{AttributeWriter, Malformed};

/// Bytes of a message header.
const HEADER: usize = 16;

/// The header's flags. The same bit means different things in different directions.
pub(crate) mod flags {
    /// This is a request.
    pub(crate) const REQUEST: u16 = 0x1;
    /// Answer with an acknowledgement.
    pub(crate) const ACK: u16 = 0x4;
    /// In answers: what is listed changed meanwhile.
    pub(crate) const DUMP_INTERRUPTED: u16 = 0x10;
    /// List everything.
    pub(crate) const DUMP: u16 = 0x300;
    /// Refuse if it exists.
    pub(crate) const EXCLUSIVE: u16 = 0x200;
    /// Create it.
    pub(crate) const CREATE: u16 = 0x400;
    /// In acknowledgements: the request is not repeated in them.
    pub(crate) const CAPPED: u16 = 0x100;
    /// In acknowledgements: attributes follow.
    pub(crate) const ACK_ATTRIBUTES: u16 = 0x200;
}

/// Types below this are the protocol's own.
pub(crate) mod kinds {
    /// Nothing.
    pub(crate) const NOOP: u16 = 1;
    /// An error, or with error 0 an acknowledgement.
    pub(crate) const ERROR: u16 = 2;
    /// The end of a list.
    pub(crate) const DONE: u16 = 3;
}

/// Rounds up to the four bytes that messages and attributes are aligned to.
pub(crate) const fn aligned(length: usize) -> usize {
    (length + 3) & !3
}

/// A message on its way to the kernel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Request {
    bytes: Vec<u8>,
}

impl Request {
    /// A request of type `kind` with the header that its protocol puts before the attributes.
    pub(crate) fn new(kind: u16, modifiers: u16, protocol_header: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&kind.to_ne_bytes());
        bytes.extend_from_slice(&(modifiers | flags::REQUEST).to_ne_bytes());
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(protocol_header);
        bytes.resize(aligned(bytes.len()), 0);
        Self { bytes }
    }

    /// Where its attributes are written.
    pub(crate) fn attributes(&mut self) -> AttributeWriter<'_> {
        AttributeWriter::new(&mut self.bytes)
    }

    pub(crate) fn flags(&self) -> u16 {
        u16::from_ne_bytes([self.bytes[6], self.bytes[7]])
    }

    pub(crate) fn set_flags(&mut self, flags: u16) {
        let all = self.flags() | flags;
        self.bytes[6..8].copy_from_slice(&all.to_ne_bytes());
    }

    /// The message as it is sent: its length and sequence number filled in.
    pub(crate) fn sealed(&mut self, sequence: u32) -> &[u8] {
        let length = u32::try_from(self.bytes.len()).expect("requests are far below 4 GiB");
        self.bytes[0..4].copy_from_slice(&length.to_ne_bytes());
        self.bytes[8..12].copy_from_slice(&sequence.to_ne_bytes());
        &self.bytes
    }
}

/// A received message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Message<'a> {
    pub(crate) kind: u16,
    pub(crate) flags: u16,
    pub(crate) sequence: u32,
    /// Everything behind the header.
    pub(crate) body: &'a [u8],
}

impl<'a> Message<'a> {
    /// The body behind a protocol header of `length` bytes.
    pub(crate) fn after_header(&self, length: usize) -> Result<&'a [u8], Malformed> {
        let available = self.body.len();
        self.body.get(aligned(length)..).ok_or(Malformed::Length {
            what: "a message's protocol header",
            length,
            available,
        })
    }
}

/// The messages of a datagram, in order. The first one that is cut off ends the iteration.
#[derive(Clone, Debug)]
pub(crate) struct Messages<'a> {
    rest: &'a [u8],
}

impl<'a> Messages<'a> {
    pub(crate) fn new(datagram: &'a [u8]) -> Self {
        Self { rest: datagram }
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Message<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let available = self.rest.len();
        let Some((header, _)) = self.rest.split_first_chunk::<HEADER>() else {
            self.rest = &[];
            return Some(Err(Malformed::Length { what: "a message header", length: HEADER, available }));
        };
        let [l0, l1, l2, l3, k0, k1, f0, f1, s0, s1, s2, s3, ..] = *header;
        let length = u32::from_ne_bytes([l0, l1, l2, l3]) as usize;
        let Some(body) = self.rest.get(HEADER..length) else {
            self.rest = &[];
            return Some(Err(Malformed::Length { what: "a message", length, available }));
        };
        self.rest = self.rest.get(aligned(length)..).unwrap_or(&[]);
        Some(Ok(Message {
            kind: u16::from_ne_bytes([k0, k1]),
            flags: u16::from_ne_bytes([f0, f1]),
            sequence: u32::from_ne_bytes([s0, s1, s2, s3]),
            body,
        }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_request_is_the_sixteen_byte_header_then_the_body() {
        let mut request = Request::new(0x10, flags::ACK, &[3, 1, 0, 0]);
        if cfg!(target_endian = "little") {
            let expected = [20, 0, 0, 0, 0x10, 0, 5, 0, 7, 0, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0];
            assert_eq!(request.sealed(7), expected);
        }
    }

    #[test]
    fn a_message_that_is_shorter_than_its_header_ends_the_datagram() {
        let mut datagram = Request::new(9, 0, &[]).sealed(1).to_vec();
        datagram[0] = 15;
        let read: Vec<_> = Messages::new(&datagram).collect();
        assert_eq!(read, [Err(Malformed::Length { what: "a message", length: 15, available: 16 })]);
    }

    proptest! {
        #[test]
        fn messages_come_back_as_they_were_framed(
            sent in prop::collection::vec((16_u16.., any::<u16>(), any::<u32>(), prop::collection::vec(any::<u8>(), 0..40)), 0..5),
        ) {
            let mut datagram = Vec::new();
            for (kind, flags, sequence, body) in &sent {
                datagram.extend_from_slice(Request::new(*kind, *flags, body).sealed(*sequence));
            }
            let read: Vec<_> = Messages::new(&datagram).collect::<Result<_, _>>().expect("well-formed");
            prop_assert_eq!(read.len(), sent.len());
            for (message, (kind, flags, sequence, body)) in read.iter().zip(&sent) {
                prop_assert_eq!((message.kind, message.sequence), (*kind, *sequence));
                prop_assert_eq!(message.flags, flags | flags::REQUEST);
                prop_assert!(message.body.starts_with(body));
                prop_assert!(message.body.len() < body.len() + 4);
            }
        }

        #[test]
        fn hostile_bytes_end_the_iteration(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let read = Messages::new(&bytes).count();
            prop_assert!(read <= bytes.len() / 16 + 1);
        }
    }
}
