//! The emulator: its command line, its life, and the files it writes to.
//!
//! Measured with QEMU 7.2 on 2 idle cores, from start to power-off with all modules and 1 MiB of results: 4.6 s for
//! 6.1, 5.5 s for 6.12, 5.8 s for 7.3, of which 1.3 s are the results: QEMU writes each byte by itself. `acpi=off`
//! cannot power off; `-M q35`, `lpj=` and leaving the certificates out that modules are signed with make no difference.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};

use super::executable::INIT;
use super::initramfs::in_memory;
use super::{VmError, guest};
use crate::kernels::Kernel;

pub(super) const PROGRAM: &str = "qemu-system-x86_64";

/// A running machine; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Machine {
    child: Child,
    pub(super) console: Output,
    pub(super) channel: Output,
    /// What the emulator itself says.
    messages: Output,
    _initramfs: File,
}

impl Machine {
    pub(super) fn start(
        program: &str,
        kernel: &Kernel,
        initramfs: File,
        libraries: &str,
    ) -> Result<Self, VmError> {
        let start = |doing| move |source| VmError::Start { doing, source };
        let console = Output::new("console").map_err(start("making room for the console"))?;
        let channel = Output::new("channel").map_err(start("making room for the results"))?;
        let messages = Output::new("messages").map_err(start("making room for messages"))?;
        let mut command = Command::new(program);
        command
            .args(HARDWARE.iter().flat_map(|line| line.split(' ')))
            .arg("-chardev")
            .arg(format!("file,id=console,path={}", seen_by_a_child(&console.file)))
            .args(["-serial", "chardev:console", "-chardev"])
            .arg(format!("file,id=channel,path={}", seen_by_a_child(&channel.file)))
            .args(["-serial", "chardev:channel", "-kernel"])
            .arg(&kernel.image)
            .arg("-initrd")
            .arg(seen_by_a_child(&initramfs))
            .arg("-append")
            .arg(kernel_line(libraries))
            // Ctrl-C is for us: we end the machine.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(messages.file.try_clone().map_err(start("making room for messages"))?)
            .stderr(messages.file.try_clone().map_err(start("making room for messages"))?);
        end_with_this_thread(&mut command);
        let child = command.spawn().map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => VmError::NoQemu { program: program.to_owned() },
            _ => VmError::Start { doing: "starting qemu", source },
        })?;
        Ok(Self { child, console, channel, messages, _initramfs: initramfs })
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// The last of what the emulator itself said.
    pub(super) fn said(&mut self) -> String {
        let said = self.messages.fresh().unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let lines: Vec<&str> = said.lines().collect();
        lines[lines.len().saturating_sub(5)..].join("\n")
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // Both fail only if it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A file in memory that the emulator writes to and we read behind it.
///
/// A pipe would not do: when it is full QEMU drops bytes, and when it retries the guest's clock moves.
#[derive(Debug)]
pub(super) struct Output {
    file: File,
    read: u64,
}

impl Output {
    fn new(name: &str) -> io::Result<Self> {
        Ok(Self { file: in_memory(name)?, read: 0 })
    }

    /// What was written since the last call.
    pub(super) fn fresh(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        Behind { file: &self.file, at: &mut self.read }.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// How much was read.
    pub(super) fn read(&self) -> u64 {
        self.read
    }
}

struct Behind<'a> {
    file: &'a File,
    at: &'a mut u64,
}

impl Read for Behind<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, *self.at)?;
        *self.at += count as u64;
        Ok(count)
    }
}

/// All of the machine but its kernel and its lines.
const HARDWARE: [&str; 9] = [
    "-accel tcg,thread=single",
    // The clock is instructions times 4 ns, and jumps ahead when the guest sleeps.
    "-icount shift=2,sleep=off",
    // Random instructions are the host's randomness.
    "-cpu max,-rdrand,-rdseed",
    "-rtc base=2026-01-01T00:00:00,clock=vm -seed 1",
    "-m 512 -smp 1",
    // Each device that is not there saves some 50 ms.
    "-M pc,usb=off,hpet=off -nodefaults",
    "-nic none -display none -monitor none",
    // A panic reboots (panic=-1), and a reboot ends the emulator.
    "-no-reboot",
    "-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
];

/// What the kernel is told; what it does not know and has a `=` is handed to init as its environment.
fn kernel_line(libraries: &str) -> String {
    let mut line = [
        "console=ttyS0 quiet panic=-1 oops=panic",
        "nokaslr random.trust_cpu=off mitigations=off tsc=reliable 8250.nr_uarts=2",
        // Self-tests of ciphers, and the first filling of a random pool that nobody uses: 3.5 s of the guest on 6.1,
        // 2.7 s on 6.12.
        "cryptomgr.notests initcall_blacklist=jent_mod_init",
    ]
    .join(" ");
    line += &format!(" rdinit={INIT} {}=1", guest::MARK);
    if !libraries.is_empty() {
        line += &format!(" LD_LIBRARY_PATH=\"{libraries}\"");
    }
    line
}

/// The path by which a child opens a file of ours: it inherits no descriptor, and no other child does by accident.
fn seen_by_a_child(file: &File) -> String {
    format!("/proc/{}/fd/{}", getpid().as_raw_pid(), file.as_fd().as_raw_fd())
}

/// Has the kernel kill the child when the thread that starts it ends, so that not even `kill -9` leaves it behind.
fn end_with_this_thread(command: &mut Command) {
    let parent = getpid();
    let die = move || {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // The parent may have ended before we asked.
        if getppid() == Some(parent) { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    };
    // SAFETY: between fork and exec only async-signal-safe things may be done; `die` makes two system calls and
    // neither allocates nor takes a lock.
    #[allow(unsafe_code)]
    unsafe {
        command.pre_exec(die);
    }
}
