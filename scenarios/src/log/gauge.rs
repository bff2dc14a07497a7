//! What is known of the bytes of a log while others read them: how many there were, and why they ended.
//!
//! The reader of bytes sits inside decoders and parsers that only pass on an `io::Error`, or not even that.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::error::Cause;

/// Shared between the bytes and the report on them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gauge(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    packed: AtomicU64,
    unpacked: AtomicU64,
    at_end: AtomicBool,
    fault: Mutex<Option<Cause>>,
}

impl Gauge {
    /// Counts bytes of the file; none means its end.
    pub(crate) fn count_packed(&self, bytes: usize) {
        self.0.packed.fetch_add(bytes as u64, Ordering::Relaxed);
        self.0.at_end.store(bytes == 0, Ordering::Relaxed);
    }

    /// Counts bytes of the log itself.
    pub(crate) fn count_unpacked(&self, bytes: usize) {
        self.0.unpacked.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Bytes of the file, read so far.
    pub(crate) fn packed(&self) -> u64 {
        self.0.packed.load(Ordering::Relaxed)
    }

    /// Bytes of the log itself, read so far.
    pub(crate) fn unpacked(&self) -> u64 {
        self.0.unpacked.load(Ordering::Relaxed)
    }

    /// Whether the file has been read to its end.
    pub(crate) fn is_at_end(&self) -> bool {
        self.0.at_end.load(Ordering::Relaxed)
    }

    /// Remembers why the bytes ended too early.
    pub(crate) fn blame(&self, cause: Cause) {
        *self.0.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(cause);
    }

    /// Why the bytes ended too early, if they did.
    pub(crate) fn fault(&self) -> Option<Cause> {
        self.0.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
