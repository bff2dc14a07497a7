//! What is around stored results: a line with the name and version of the layout and the program that wrote it, then
//! postcard's wire format, compressed by gzip, whose checksum tells a file that was cut short or edited.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The most that stored results may unpack to.
const LARGEST: u64 = 4 << 30;

/// Why stored results cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    /// They begin otherwise.
    #[error("it is not what ipvslab stored")]
    NotStored,
    /// Another version of the layout.
    #[error(
        "its layout is {found}, written by ipvslab {version}, but this version reads {expected}; run the scenario again, or use that version"
    )]
    OtherSchema {
        /// The layout they say they have.
        found: String,
        /// The layout that is read.
        expected: &'static str,
        /// The program that wrote them.
        version: String,
    },
    /// They unpack to something else than what was stored.
    #[error("it was truncated or edited ({0}); run the scenario again")]
    Damaged(String),
}

/// The bytes of a file.
pub(crate) fn pack(schema: &str, version: &str, results: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = format!("{schema} {version}\n").into_bytes();
    let plain = postcard::to_allocvec(results).map_err(io::Error::other)?;
    let mut packed = GzEncoder::new(&mut bytes, Compression::default());
    packed.write_all(&plain)?;
    packed.finish()?;
    Ok(bytes)
}

/// What is in the bytes of a file.
pub(crate) fn unpack<T: DeserializeOwned>(expected: &'static str, bytes: &[u8]) -> Result<T, StoredError> {
    let line = bytes.split(|&byte| byte == b'\n').next().filter(|line| line.len() < 100);
    let line = line.and_then(|line| str::from_utf8(line).ok()).ok_or(StoredError::NotStored)?;
    let (schema, version) = line.split_once(' ').ok_or(StoredError::NotStored)?;
    if schema != expected {
        let family = |schema: &str| schema.split('/').next().map(str::to_owned);
        return Err(match family(schema) == family(expected) {
            true => {
                StoredError::OtherSchema { found: schema.to_owned(), expected, version: version.to_owned() }
            }
            false => StoredError::NotStored,
        });
    }
    let mut plain = Vec::new();
    let damaged = |error: &dyn ToString| StoredError::Damaged(error.to_string());
    let packed = &bytes[line.len() + 1..];
    GzDecoder::new(packed).take(LARGEST).read_to_end(&mut plain).map_err(|error| damaged(&error))?;
    postcard::from_bytes(&plain).map_err(|error| damaged(&error))
}
