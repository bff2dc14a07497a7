//! The other side: this program as the first process of the guest.
//!
//! Everything here is done as root of a machine that exists for one request, and ends with its power off.

use std::ffi::CStr;
use std::fs::{self, File};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{CWD, FileType, Mode, OFlags};
use rustix::io::Errno;
use rustix::mount::{MountFlags, mount};
use rustix::system::RebootCommand;
use rustix::termios::{OptionalActions, tcdrain, tcgetattr, tcsetattr};

use super::initramfs::{MODULE_ORDER, REQUEST, module_path};
use super::{Results, Verdict};

/// The variable in init's environment that tells it where it is.
pub(super) const MARK: &str = "IPVSLAB_GUEST";

/// Where and why something panicked: only the panic hook is told where.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Whether this process is init of a machine that [`boot`](super::boot) started. To be asked first in `main`.
#[must_use]
pub fn is_guest() -> bool {
    std::process::id() == 1 && std::env::var_os(MARK).is_some()
}

/// Makes the guest ready, has `handler` answer the request, reports how it went, and powers off.
///
/// The handler finds `/proc`, `/sys`, `/dev`, `/run` and `/tmp` mounted and the modules loaded. What it prints goes to
/// the console, of which the host shows the end if something fails. A panic in it is a failure with its place
/// and message.
pub fn run(handler: impl FnOnce(&[u8], &mut Results<'_>) -> Result<(), String>) -> ! {
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("{panic}");
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string();
    }));
    match open_line() {
        Ok(mut line) => {
            let verdict = match catch_unwind(AssertUnwindSafe(|| answer(&mut line, handler))) {
                Ok(Ok(())) => Verdict::Ok,
                Ok(Err(why)) => Verdict::Failed(why),
                Err(_) => Verdict::Failed(last_panic()),
            };
            let sent = Results::new(&mut line).verdict(&verdict);
            if let Err(error) = sent.and_then(|()| Ok(tcdrain(&line)?)) {
                eprintln!("ipvslab: the verdict {verdict:?} cannot be sent: {error}");
            }
        }
        Err(error) => eprintln!("ipvslab: {error}"),
    }
    power_off()
}

fn answer(
    line: &mut File,
    handler: impl FnOnce(&[u8], &mut Results<'_>) -> Result<(), String>,
) -> Result<(), String> {
    let mut results = Results::new(line);
    mount_all()?;
    for problem in load_modules()? {
        results.progress(&problem).map_err(|error| format!("the results cannot be sent: {error}"))?;
    }
    let request = fs::read(REQUEST).map_err(|error| format!("{REQUEST}: {error}"))?;
    handler(&request, &mut results)
}

/// The second serial line, with nothing translated on its way.
fn open_line() -> Result<File, String> {
    const LINE: &str = "/dev/ttyS1";
    mount_at(c"devtmpfs", "/dev")?;
    let open = || -> io::Result<File> {
        let line = rustix::fs::open(LINE, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
        let mut settings = tcgetattr(&line)?;
        settings.make_raw();
        // The emulated line does not wait for bits; the kernel computes how long draining may take.
        settings.set_speed(115_200)?;
        tcsetattr(&line, OptionalActions::Now, &settings)?;
        Ok(line.into())
    };
    open().map_err(|error| format!("{LINE}: {error}; the kernel needs CONFIG_SERIAL_8250 built in"))
}

fn mount_all() -> Result<(), String> {
    for (kind, at) in [(c"proc", "/proc"), (c"sysfs", "/sys"), (c"tmpfs", "/run"), (c"tmpfs", "/tmp")] {
        mount_at(kind, at)?;
    }
    Ok(())
}

fn mount_at(kind: &CStr, at: &str) -> Result<(), String> {
    match mount(kind, at, kind, MountFlags::empty(), None) {
        // The kernel may have mounted /dev itself (CONFIG_DEVTMPFS_MOUNT).
        Ok(()) | Err(Errno::BUSY) => Ok(()),
        Err(error) => Err(format!("{at}: cannot be mounted: {error}")),
    }
}

/// Loads all modules. Only `ip_vs` has to load; of the others, returns what went wrong.
fn load_modules() -> Result<Vec<String>, String> {
    let order = fs::read_to_string(MODULE_ORDER).map_err(|error| format!("{MODULE_ORDER}: {error}"))?;
    let mut problems = Vec::new();
    for name in order.lines() {
        let loaded = File::open(module_path(name))
            .and_then(|module| Ok(rustix::system::finit_module(module, c"", 0)?));
        match loaded {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                let problem = format!("the module {name} cannot be loaded: {error}");
                if name == "ip_vs" {
                    return Err(problem);
                }
                problems.push(problem);
            }
            _ => {}
        }
    }
    make_tun()?;
    Ok(problems)
}

/// devtmpfs makes the device when `tun` is loaded; where `tun` is built in without it, we do.
fn make_tun() -> Result<(), String> {
    const TUN: &str = "/dev/net/tun";
    if fs::exists(TUN).unwrap_or(false) {
        return Ok(());
    }
    let make = || -> io::Result<()> {
        fs::create_dir_all("/dev/net")?;
        Ok(rustix::fs::mknodat(
            CWD,
            TUN,
            FileType::CharacterDevice,
            Mode::RUSR | Mode::WUSR,
            rustix::fs::makedev(10, 200),
        )?)
    };
    make().map_err(|error| format!("{TUN}: cannot be made: {error}"))
}

fn last_panic() -> String {
    LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn power_off() -> ! {
    rustix::fs::sync();
    if let Err(error) = rustix::system::reboot(RebootCommand::PowerOff) {
        eprintln!("ipvslab: cannot power off: {error}");
    }
    loop {
        std::thread::park();
    }
}
