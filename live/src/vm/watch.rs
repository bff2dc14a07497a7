//! Waits for a machine: hands on what the guest sends, and tells how it ended.
//!
//! The emulator's files are read every few milliseconds; they do not say when there is more.

use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::channel::Frames;
use super::console::{Console, Trouble};
use super::qemu::Machine;
use super::{Frame, Limits, Verdict, VmError};

const PAUSE: Duration = Duration::from_millis(4);
/// A kernel in trouble still prints why, and one with a verdict still has to power off.
const LAST_WORDS: Duration = Duration::from_secs(10);
/// What the guest may write; it is kept in memory.
const WRITTEN_MIB: u64 = 1024;

/// Returns how long the machine ran, if its verdict is a good one.
pub(super) fn watch(
    machine: &mut Machine,
    limits: &Limits,
    stop: &AtomicBool,
    mut on_frame: impl FnMut(Frame),
) -> Result<Duration, VmError> {
    let started = Instant::now();
    let mut heard = started;
    let mut ending: Option<Instant> = None;
    let mut guest = Guest::default();
    loop {
        if stop.load(Ordering::Relaxed) {
            return Err(VmError::Stopped);
        }
        // Asked before its files are read, so that nothing is written after.
        let ended = machine.ended().map_err(|source| VmError::Start { doing: "waiting for qemu", source })?;
        let news = guest.read(machine, &mut on_frame)?;
        if let Some(status) = ended {
            guest.judge(status, machine)?;
            return Ok(started.elapsed());
        }
        let now = Instant::now();
        if news {
            heard = now;
        }
        if guest.is_ending() && now - *ending.get_or_insert(now) > LAST_WORDS {
            guest.outcome().unwrap_or_else(|| Err(guest.no_verdict()))?;
            return Ok(started.elapsed());
        }
        let console = || guest.console.tail();
        if now - started > limits.total {
            return Err(VmError::TooLong { limit: limits.total, console: console() });
        }
        if now - heard > limits.silence {
            return Err(VmError::Silent { limit: limits.silence, console: console() });
        }
        if machine.console.read() + machine.channel.read() > WRITTEN_MIB << 20 {
            return Err(VmError::TooMuch { limit_mib: WRITTEN_MIB, console: console() });
        }
        if !news {
            sleep(PAUSE);
        }
    }
}

/// What is known of the guest.
#[derive(Default)]
struct Guest {
    console: Console,
    frames: Frames,
    verdict: Option<Verdict>,
}

impl Guest {
    /// Takes what the guest wrote; says whether there was anything.
    fn read(&mut self, machine: &mut Machine, on_frame: &mut impl FnMut(Frame)) -> Result<bool, VmError> {
        let reading = |source| VmError::Start { doing: "reading what the guest wrote", source };
        let printed = machine.console.fresh().map_err(reading)?;
        let sent = machine.channel.fresh().map_err(reading)?;
        self.console.extend(&printed);
        self.frames.extend(&sent);
        loop {
            match self.frames.next() {
                Ok(Some(frame)) => {
                    if let Frame::Verdict(verdict) = &frame {
                        self.verdict = Some(verdict.clone());
                    }
                    on_frame(frame);
                }
                Ok(None) => return Ok(!printed.is_empty() || !sent.is_empty()),
                Err(source) => return Err(VmError::Garbled { source, console: self.console.tail() }),
            }
        }
    }

    fn is_ending(&self) -> bool {
        self.verdict.is_some() || self.console.trouble().is_some()
    }

    /// How it went, as far as the guest said.
    fn outcome(&self) -> Option<Result<(), VmError>> {
        let console = || self.console.tail();
        match (&self.verdict, self.console.trouble()) {
            (Some(Verdict::Ok), _) => Some(Ok(())),
            (Some(Verdict::Failed(why)), _) => Some(Err(VmError::Failed(why.clone()))),
            (None, Some(Trouble::Panic(line))) => {
                Some(Err(VmError::Panic { line: line.clone(), console: console() }))
            }
            (None, Some(Trouble::Hang(line))) => {
                Some(Err(VmError::Hang { line: line.clone(), console: console() }))
            }
            (None, None) => None,
        }
    }

    fn no_verdict(&self) -> VmError {
        match self.frames.left_over() {
            0 => VmError::NoVerdict { console: self.console.tail() },
            left_over => VmError::Truncated { left_over, console: self.console.tail() },
        }
    }

    /// How it went, now that the emulator has ended.
    fn judge(&self, status: ExitStatus, machine: &mut Machine) -> Result<(), VmError> {
        match self.outcome() {
            Some(outcome) => outcome,
            None if status.success() => Err(self.no_verdict()),
            None => Err(VmError::Ended { status, said: machine.said(), console: self.console.tail() }),
        }
    }
}
