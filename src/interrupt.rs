//! Ctrl-C, SIGTERM and a closed terminal: end at once, and leave nothing half-written.
//!
//! Results are written into a staging directory and renamed when they are complete. The holder of the lock on
//! [`STAGING`] is making, writing or renaming it, or is about to exit.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// The directory that results are being written into, if any.
static STAGING: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Ends the process with 129, 130 or 143 at the first signal.
pub(crate) fn watch() -> std::io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let staging = staging();
            if let Some(directory) = staging.as_ref() {
                // A leftover is the lesser evil: the exit code must not depend on it.
                let _ = std::fs::remove_dir_all(directory);
            }
            std::process::exit(128 + signal);
        }
    });
    Ok(())
}

/// The staging directory, locked: no exit by a signal until the guard is gone.
pub(crate) fn staging() -> MutexGuard<'static, Option<PathBuf>> {
    STAGING.lock().unwrap_or_else(PoisonError::into_inner)
}
