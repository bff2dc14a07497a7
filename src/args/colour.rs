//! `--color`: whether messages are coloured.

use std::sync::OnceLock;

use clap::ValueEnum;

/// What `--color` says, for as long as the process lives.
static CHOSEN: OnceLock<Colour> = OnceLock::new();

/// When messages on stderr are coloured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

impl Colour {
    /// Keeps the choice of the command line.
    pub(crate) fn choose(self) {
        // A second choice cannot come: there is one command line.
        let _ = CHOSEN.set(self);
    }

    /// The choice of the command line.
    pub(crate) fn chosen() -> Self {
        CHOSEN.get().copied().unwrap_or_default()
    }
}
