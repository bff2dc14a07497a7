//! Where the random numbers of a replication come from.

use ipvslab_schedulers::{Rng, RngFamily};

/// The streams of one replication, or of one class of clients in it; each purpose has its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Streams<'a> {
    pub(crate) seed: u64,
    pub(crate) replication: u32,
    /// The class's name; `None` if there is only one nameless class.
    pub(crate) class: Option<&'a str>,
}

impl Streams<'_> {
    /// The stream for `purpose`: that of a class is called `class/purpose`, so that no class moves another's.
    pub(crate) fn stream(&self, purpose: &str) -> Rng {
        match self.class {
            None => Rng::stream(self.seed, self.replication, purpose),
            Some(class) => Rng::stream(self.seed, self.replication, &format!("{class}/{purpose}")),
        }
    }

    /// As many streams for `purpose` as there are members that each draw from one of their own.
    pub(crate) fn family(&self, purpose: &str) -> RngFamily {
        match self.class {
            None => Rng::family(self.seed, self.replication, purpose),
            Some(class) => Rng::family(self.seed, self.replication, &format!("{class}/{purpose}")),
        }
    }
}
