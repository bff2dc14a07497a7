//! An emulated machine that boots a distribution's kernel with this very program as its init.
//!
//! Nothing is installed, mounted or written to disk: the initramfs is made in memory from the running executable, the
//! kernel's modules and a request, and the guest answers over a serial line. The machine is emulated (no KVM) with a
//! clock that counts instructions, so that the same input gives the same answer, clock readings and random picks
//! included, and waiting costs nothing.

mod channel;
mod console;
mod cpio;
mod executable;
pub mod guest;
mod initramfs;
mod modules;
mod qemu;
mod watch;

use std::io;
use std::process::ExitStatus;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

pub use channel::{ChannelError, FRAME_LIMIT, Frame, Results, Verdict};
pub use modules::ModuleError;

use crate::kernels::Kernel;

/// What the lab needs: IPVS with every scheduler, and devices to send packets through. A kernel may lack some (6.1 of
/// Debian has no `twos`).
pub const DEFAULT_MODULES: [&str; 21] = [
    "ip_vs",
    "ip_vs_dh",
    "ip_vs_fo",
    "ip_vs_lblc",
    "ip_vs_lblcr",
    "ip_vs_lc",
    "ip_vs_mh",
    "ip_vs_nq",
    "ip_vs_ovf",
    "ip_vs_rr",
    "ip_vs_sed",
    "ip_vs_sh",
    "ip_vs_twos",
    "ip_vs_wlc",
    "ip_vs_wrr",
    "tun",
    "veth",
    "dummy",
    "ipip",
    "bridge",
    "nf_tables",
];

/// When to give up. All of it is time of the host, and generous: a loaded machine emulates ten times slower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From start to power-off.
    pub total: Duration,
    /// Without a word from the guest.
    pub silence: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { total: Duration::from_secs(1800), silence: Duration::from_secs(300) }
    }
}

/// A machine that did what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The modules that were asked for and that the kernel does not have.
    pub missing_modules: Vec<String>,
    /// How long it ran, in time of the host.
    pub took: Duration,
}

/// Why a machine did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum VmError {
    /// There is no emulator.
    #[error("{program} is missing; run: apt-get install qemu-system-x86")]
    NoQemu {
        /// The program that was not found.
        program: String,
    },
    /// The initramfs cannot be made, or the emulator not be started.
    #[error("the machine cannot be started: {doing}: {source}")]
    Start {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The kernel's modules cannot be used.
    #[error(transparent)]
    Modules(#[from] ModuleError),
    /// The kernel gave up.
    #[error(
        "the guest's kernel failed: {line}\n{console}\ntry another release of the kernel, and report this one"
    )]
    Panic {
        /// The line that says so.
        line: String,
        /// The console's last lines.
        console: String,
    },
    /// The kernel does not get on.
    #[error(
        "the guest's kernel hangs: {line}\n{console}\ntry another release of the kernel, and report this one"
    )]
    Hang {
        /// The line that says so.
        line: String,
        /// The console's last lines.
        console: String,
    },
    /// The emulator ended by itself.
    #[error("qemu ended early ({status}); it said: {said}\n{console}")]
    Ended {
        /// How it ended.
        status: ExitStatus,
        /// Its last messages.
        said: String,
        /// The console's last lines.
        console: String,
    },
    /// The guest powered off without a verdict.
    #[error(
        "the guest powered off and did not say how it went\n{console}\nthis is a bug in ipvslab: please report it"
    )]
    NoVerdict {
        /// The console's last lines.
        console: String,
    },
    /// The guest's last frame is cut short.
    #[error("the guest's results end in the middle of a frame ({left_over} bytes of it came)\n{console}")]
    Truncated {
        /// How much of the frame there is.
        left_over: usize,
        /// The console's last lines.
        console: String,
    },
    /// What the guest sent makes no sense.
    #[error("the guest's results are damaged: {source}\n{console}")]
    Garbled {
        /// What is wrong with them.
        source: ChannelError,
        /// The console's last lines.
        console: String,
    },
    /// It takes too long.
    #[error("the guest did not finish in {} s and was stopped\n{console}\nuse fewer connections, or a longer limit", limit.as_secs())]
    TooLong {
        /// The limit.
        limit: Duration,
        /// The console's last lines.
        console: String,
    },
    /// It says nothing.
    #[error("the guest said nothing for {} s and was stopped\n{console}\nit hangs, or this machine is very busy: try again, or another kernel", limit.as_secs())]
    Silent {
        /// The limit.
        limit: Duration,
        /// The console's last lines.
        console: String,
    },
    /// It says too much.
    #[error("the guest wrote more than {limit_mib} MiB and was stopped\n{console}\nuse fewer connections")]
    TooMuch {
        /// The limit.
        limit_mib: u64,
        /// The console's last lines.
        console: String,
    },
    /// The guest says that it failed.
    #[error("the guest failed: {0}")]
    Failed(String),
    /// The caller stopped it.
    #[error("stopped; nothing is left of the machine")]
    Stopped,
}

/// Boots `kernel` with this program as init, which finds `modules` loaded and `request` waiting in [`guest::run`].
/// Frames are handed to `on_frame` as they come, the verdict as well. Setting `stop` ends the machine.
///
/// The machine ends with the thread that called, however that ends.
///
/// # Errors
/// See [`VmError`].
pub fn boot(
    kernel: &Kernel,
    modules: &[&str],
    request: &[u8],
    limits: &Limits,
    stop: &AtomicBool,
    on_frame: impl FnMut(Frame),
) -> Result<Finished, VmError> {
    boot_in(qemu::PROGRAM, kernel, modules, request, limits, stop, on_frame)
}

fn boot_in(
    program: &str,
    kernel: &Kernel,
    modules: &[&str],
    request: &[u8],
    limits: &Limits,
    stop: &AtomicBool,
    on_frame: impl FnMut(Frame),
) -> Result<Finished, VmError> {
    let start = |doing| move |source| VmError::Start { doing, source };
    let found = modules::gather(&kernel.modules, modules)?;
    let executable = executable::Executable::ours().map_err(start("reading the program that runs"))?;
    let initramfs =
        initramfs::build(&executable, &found.ordered, request).map_err(start("making the initramfs"))?;
    let mut machine = qemu::Machine::start(program, kernel, initramfs, &executable.library_path())?;
    let took = watch::watch(&mut machine, limits, stop, on_frame)?;
    Ok(Finished { missing_modules: found.missing, took })
}

#[cfg(test)]
mod tests;
