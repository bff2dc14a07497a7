//! The flags of a service that its scheduler reads.

/// The service flags that `sh` and `mh` read, at every decision.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct HashFlags {
    /// `sh-fallback` / `mh-fallback`: look further when the hashed server is closed.
    pub fallback: bool,
    /// `sh-port` / `mh-port`: hash the client's port too.
    pub port: bool,
}
