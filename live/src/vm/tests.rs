//! Machines that fail, by a script in the emulator's place. It finds the files for the console and the results, and
//! the initramfs, where the emulator would: on its command line.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::Ordering;

use super::*;
use crate::kernels::Origin;

const FIND_FILES: &str = r#"#!/bin/sh
for argument; do
    case $argument in
        file,id=console,path=*) console=${argument##*path=} ;;
        file,id=channel,path=*) channel=${argument##*path=} ;;
    esac
done
echo $$ > "$(dirname "$0")/pid"
"#;

struct Fake {
    directory: tempfile::TempDir,
    frames: Vec<Frame>,
}

impl Fake {
    fn new(script: &str) -> Self {
        let directory = tempfile::tempdir().expect("there is a temporary directory");
        let program = directory.path().join("qemu");
        let mut file = fs::File::create(&program).expect("a file can be written");
        write!(file, "{FIND_FILES}{script}").expect("a file can be written");
        file.set_permissions(fs::Permissions::from_mode(0o755)).expect("it is ours");
        let mut line = Vec::new();
        let mut results = Results::new(&mut line);
        results.data(b"\0\xff\r\n\x11").expect("a vector takes everything");
        results.verdict(&Verdict::Ok).expect("a vector takes everything");
        fs::write(directory.path().join("good"), line).expect("a file can be written");
        Self { directory, frames: Vec::new() }
    }

    fn boot(&mut self, limits: &Limits, stop: &AtomicBool) -> Result<Finished, VmError> {
        let none = self.directory.path().join("none");
        let origin = Origin::Path;
        let kernel =
            Kernel { release: "0".to_owned(), image: none.clone(), modules: none, config: None, origin };
        let program = self.directory.path().join("qemu");
        let program = program.to_str().expect("temporary paths are UTF-8");
        // A script that another test's child holds open for writing cannot be run yet.
        loop {
            let booted = boot_in(program, &kernel, &[], b"", limits, stop, |frame| self.frames.push(frame));
            match booted {
                Err(VmError::Start { source, .. }) if source.kind() == io::ErrorKind::ExecutableFileBusy => {}
                other => return other,
            }
        }
    }

    /// No child may be left, not even as a zombie.
    fn is_gone(&self) -> bool {
        let pid = fs::read_to_string(self.directory.path().join("pid")).expect("it was started");
        !Path::new("/proc").join(pid.trim()).exists()
    }
}

const SHORT: Limits = Limits { total: Duration::from_secs(20), silence: Duration::from_secs(20) };

fn failure(script: &str) -> VmError {
    failure_within(script, &SHORT)
}

fn failure_within(script: &str, limits: &Limits) -> VmError {
    let mut fake = Fake::new(script);
    let error = fake.boot(limits, &AtomicBool::new(false)).expect_err("it is no machine");
    assert!(fake.is_gone());
    error
}

#[test]
fn a_guest_that_answers_is_heard() {
    let mut fake = Fake::new(r#"cat "$(dirname "$0")/good" > "$channel""#);
    fake.boot(&SHORT, &AtomicBool::new(false)).expect("it says that all is well");
    assert_eq!(fake.frames, [Frame::Data(b"\0\xff\r\n\x11".to_vec()), Frame::Verdict(Verdict::Ok)]);
    assert!(fake.is_gone());
}

#[test]
fn a_panic_is_told_with_the_lines_after_it() {
    let error = failure(
        "echo '[    1.0] Kernel panic - not syncing: no init' > $console\n echo '[    1.1] Call Trace:' >> $console",
    );
    assert!(
        matches!(&error, VmError::Panic { line, .. } if line.ends_with("not syncing: no init")),
        "{error}"
    );
    assert!(error.to_string().contains("Call Trace:\ntry another release"), "{error}");
}

#[test]
fn a_stall_is_a_hang() {
    let error = failure("echo 'rcu: INFO: rcu_sched detected stalls on CPUs: detected stall' > $console");
    assert!(matches!(error, VmError::Hang { .. }), "{error}");
}

#[test]
fn an_emulator_that_ends_early_is_quoted() {
    let error = failure("echo 'qemu: could not load kernel' >&2; exit 1");
    assert!(
        error
            .to_string()
            .starts_with("qemu ended early (exit status: 1); it said: qemu: could not load kernel"),
        "{error}"
    );
}

#[test]
fn a_guest_without_a_verdict_has_failed() {
    assert!(
        matches!(failure("echo hello > $console"), VmError::NoVerdict { console } if console.ends_with("hello"))
    );
}

#[test]
fn a_channel_that_breaks_off_is_told_from_a_damaged_one() {
    let cut = failure(r#"head -c 16 "$(dirname "$0")/good" > "$channel""#);
    assert!(matches!(cut, VmError::Truncated { left_over: 2, .. }), "{cut}");
    let garbled = failure("printf 'rubbish that is no frame' > $channel; exec sleep 60");
    assert!(
        matches!(garbled, VmError::Garbled { source: ChannelError::Kind { at: 0, .. }, .. }),
        "{garbled}"
    );
}

#[test]
fn a_machine_that_is_silent_or_slow_is_stopped() {
    let silent = Limits { silence: Duration::from_millis(300), ..SHORT };
    let error = failure_within("exec sleep 60", &silent);
    assert!(matches!(error, VmError::Silent { .. }), "{error}");
    let slow = Limits { total: Duration::from_millis(500), ..SHORT };
    let error = failure_within("while :; do echo busy >> $console; sleep 0.05; done", &slow);
    assert!(matches!(error, VmError::TooLong { .. }), "{error}");
    assert!(error.to_string().contains("use fewer connections, or a longer limit"), "{error}");
}

#[test]
fn a_machine_can_be_stopped() {
    let stop = &AtomicBool::new(false);
    let mut fake = Fake::new("exec sleep 60");
    let error = std::thread::scope(|scope| {
        let pid = fake.directory.path().join("pid");
        scope.spawn(move || {
            // Not before it runs, however long that takes.
            while !fs::read_to_string(&pid).is_ok_and(|pid| pid.ends_with('\n')) {
                std::thread::sleep(Duration::from_millis(10));
            }
            stop.store(true, Ordering::Relaxed);
        });
        fake.boot(&SHORT, stop).expect_err("it was stopped")
    });
    assert!(matches!(error, VmError::Stopped));
    assert!(fake.is_gone());
}

#[test]
fn a_missing_emulator_can_be_installed() {
    let fake = Fake::new("");
    fs::remove_file(fake.directory.path().join("qemu")).expect("it is there");
    let error = { fake }.boot(&SHORT, &AtomicBool::new(false)).expect_err("it is gone");
    assert!(error.to_string().ends_with("qemu is missing; run: apt-get install qemu-system-x86"), "{error}");
}
