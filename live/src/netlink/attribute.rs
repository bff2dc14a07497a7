//! Attributes: a 4-byte header (length, type; host byte order), a payload, padding to four bytes. A payload may be
//! attributes again.
//!
//! The writer is for what this program says, so it asserts; the reader is for what anyone says, so it reports.

use super::Malformed;
use super::message::aligned;

/// Bytes of an attribute header.
const HEADER: usize = 4;
/// The payload is attributes.
const NESTED: u16 = 0x8000;
/// What of the type field is the type: the two upper bits are flags.
const TYPE: u16 = 0x3fff;

/// Appends attributes to a message.
#[derive(Debug)]
pub(crate) struct AttributeWriter<'a> {
    bytes: &'a mut Vec<u8>,
}

impl<'a> AttributeWriter<'a> {
    /// Writes behind `bytes`, whose length must be a multiple of four.
    pub(crate) fn new(bytes: &'a mut Vec<u8>) -> Self {
        debug_assert_eq!(bytes.len(), aligned(bytes.len()));
        Self { bytes }
    }

    pub(crate) fn bytes(&mut self, attribute: u16, payload: &[u8]) -> &mut Self {
        let start = self.open(attribute);
        self.bytes.extend_from_slice(payload);
        self.close(start)
    }

    pub(crate) fn u8(&mut self, attribute: u16, value: u8) -> &mut Self {
        self.bytes(attribute, &[value])
    }

    pub(crate) fn u16(&mut self, attribute: u16, value: u16) -> &mut Self {
        self.bytes(attribute, &value.to_ne_bytes())
    }

    /// In network byte order.
    pub(crate) fn u16_be(&mut self, attribute: u16, value: u16) -> &mut Self {
        self.bytes(attribute, &value.to_be_bytes())
    }

    pub(crate) fn u32(&mut self, attribute: u16, value: u32) -> &mut Self {
        self.bytes(attribute, &value.to_ne_bytes())
    }

    /// In network byte order.
    pub(crate) fn u32_be(&mut self, attribute: u16, value: u32) -> &mut Self {
        self.bytes(attribute, &value.to_be_bytes())
    }

    /// With the NUL that ends strings in the kernel.
    pub(crate) fn string(&mut self, attribute: u16, value: &str) -> &mut Self {
        let start = self.open(attribute);
        self.bytes.extend_from_slice(value.as_bytes());
        self.bytes.push(0);
        self.close(start)
    }

    /// An attribute whose payload `write` makes: first bytes of its own if it must, then attributes.
    pub(crate) fn nested(
        &mut self,
        attribute: u16,
        write: impl FnOnce(&mut AttributeWriter<'_>),
    ) -> &mut Self {
        self.nested_after(attribute, &[], write)
    }

    /// As [`Self::nested`], for the few whose attributes stand behind a fixed header.
    pub(crate) fn nested_after(
        &mut self,
        attribute: u16,
        header: &[u8],
        write: impl FnOnce(&mut AttributeWriter<'_>),
    ) -> &mut Self {
        let start = self.open(attribute | NESTED);
        self.bytes.extend_from_slice(header);
        write(&mut AttributeWriter::new(self.bytes));
        self.close(start)
    }

    fn open(&mut self, kind: u16) -> usize {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 2]);
        self.bytes.extend_from_slice(&kind.to_ne_bytes());
        start
    }

    fn close(&mut self, start: usize) -> &mut Self {
        let length = u16::try_from(self.bytes.len() - start).expect("attributes are far below 64 KiB");
        self.bytes[start..start + 2].copy_from_slice(&length.to_ne_bytes());
        self.bytes.resize(aligned(self.bytes.len()), 0);
        self
    }
}

/// A received attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Attribute<'a> {
    /// Its type, without the flag bits.
    pub(crate) kind: u16,
    pub(crate) payload: &'a [u8],
}

impl<'a> Attribute<'a> {
    pub(crate) fn u8(&self) -> Result<u8, Malformed> {
        Ok(u8::from_ne_bytes(self.array()?))
    }

    pub(crate) fn u16(&self) -> Result<u16, Malformed> {
        Ok(u16::from_ne_bytes(self.array()?))
    }

    /// From network byte order.
    pub(crate) fn u16_be(&self) -> Result<u16, Malformed> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    pub(crate) fn u32(&self) -> Result<u32, Malformed> {
        Ok(u32::from_ne_bytes(self.array()?))
    }

    pub(crate) fn u64(&self) -> Result<u64, Malformed> {
        Ok(u64::from_ne_bytes(self.array()?))
    }

    /// A payload of exactly `N` bytes.
    pub(crate) fn array<const N: usize>(&self) -> Result<[u8; N], Malformed> {
        self.payload.try_into().map_err(|_| Malformed::Size {
            attribute: self.kind,
            found: self.payload.len(),
            expected: N,
        })
    }

    /// Up to the first NUL. What is not UTF-8 shows as replacement characters.
    pub(crate) fn string(&self) -> String {
        let end = self.payload.iter().position(|&byte| byte == 0).unwrap_or(self.payload.len());
        String::from_utf8_lossy(&self.payload[..end]).into_owned()
    }

    /// The attributes inside.
    pub(crate) fn nested(&self) -> Attributes<'a> {
        Attributes::new(self.payload)
    }
}

/// Attributes, in order. The first one that is cut off ends the iteration.
#[derive(Clone, Debug)]
pub(crate) struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Attributes<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<Attribute<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let available = self.rest.len();
        let Some(&[l0, l1, k0, k1]) = self.rest.first_chunk::<HEADER>() else {
            self.rest = &[];
            return Some(Err(Malformed::Length { what: "an attribute header", length: HEADER, available }));
        };
        let length = usize::from(u16::from_ne_bytes([l0, l1]));
        let Some(payload) = self.rest.get(HEADER..length) else {
            self.rest = &[];
            return Some(Err(Malformed::Length { what: "an attribute", length, available }));
        };
        self.rest = self.rest.get(aligned(length)..).unwrap_or(&[]);
        Some(Ok(Attribute { kind: u16::from_ne_bytes([k0, k1]) & TYPE, payload }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Vec<Attribute<'_>> {
        Attributes::new(bytes).collect::<Result<_, _>>().expect("well-formed")
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn attributes_are_padded_to_four_bytes_and_their_length_does_not_count_it() {
        let mut bytes = Vec::new();
        AttributeWriter::new(&mut bytes).u8(8, 0x11).u16_be(4, 80).string(6, "rr").nested(1, |inner| {
            inner.u32(5, 0x0102_0304);
        });
        #[rustfmt::skip]
        let expected = [
            5, 0, 8, 0, 0x11, 0, 0, 0,
            6, 0, 4, 0, 0, 80, 0, 0,
            7, 0, 6, 0, b'r', b'r', 0, 0,
            12, 0, 1, 0x80, 8, 0, 5, 0, 4, 3, 2, 1,
        ];
        assert_eq!(bytes, expected);
    }

    #[test]
    fn an_attribute_of_another_size_is_reported() {
        let attribute = Attribute { kind: 3, payload: &[1, 2] };
        assert_eq!(attribute.u32(), Err(Malformed::Size { attribute: 3, found: 2, expected: 4 }));
        assert_eq!(attribute.u8(), Err(Malformed::Size { attribute: 3, found: 2, expected: 1 }));
    }

    proptest! {
        #[test]
        fn attributes_come_back_as_they_were_written(
            sent in prop::collection::vec((0_u16..TYPE, prop::collection::vec(any::<u8>(), 0..30)), 0..8),
        ) {
            let mut bytes = Vec::new();
            AttributeWriter::new(&mut bytes).nested(7, |inner| {
                for (kind, payload) in &sent {
                    inner.bytes(*kind, payload);
                }
            });
            let outer = read(&bytes);
            prop_assert_eq!(outer.len(), 1);
            let back: Vec<_> = read(outer[0].payload).iter().map(|a| (a.kind, a.payload.to_vec())).collect();
            prop_assert_eq!(back, sent);
        }

        #[test]
        fn hostile_bytes_end_the_iteration(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let read = Attributes::new(&bytes).count();
            prop_assert!(read <= bytes.len() / 4 + 1);
        }
    }
}
