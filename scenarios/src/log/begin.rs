//! The first bytes of a stream, looked at before it is known what it is.

use std::io::{self, Chain, Cursor, Read};

/// As many as tell any format.
const LONGEST: u64 = 16;

/// A stream whose first bytes were read already, and come again.
pub(crate) type Begun<R> = Chain<Cursor<Vec<u8>>, R>;

/// The first bytes of `stream`, fewer only if it has no more, and all of it. A pipe may give them one by one.
pub(crate) fn begin<R: Read>(mut stream: R) -> io::Result<(Vec<u8>, Begun<R>)> {
    let mut head = Vec::new();
    stream.by_ref().take(LONGEST).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(stream)))
}
