//! Boots a kernel with this very program as its init, and shows what the guest answers.
//!
//! `cargo run --release -p ipvslab-live --example vm_smoke -- 6.1`, or a path to an image. A second argument is the
//! request; any but `hello` makes the guest fail.

use std::sync::atomic::AtomicBool;
use std::time::{Instant, SystemTime};

use ipvslab_live::kernels;
use ipvslab_live::vm::{self, Frame, Limits, Results, guest};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // In the guest, `main` starts here as well.
    if guest::is_guest() {
        guest::run(answer);
    }
    let spec = std::env::args().nth(1).unwrap_or_else(|| "6.1".to_owned());
    let kernel = kernels::find(&spec)?;
    let request = std::env::args().nth(2).unwrap_or_else(|| "hello".to_owned());
    println!("{}", kernel.image.display());
    let mut bytes = 0;
    let started = Instant::now();
    let (mut first, mut last) = (started, started);
    let stop = AtomicBool::new(false);
    let finished =
        vm::boot(&kernel, &vm::DEFAULT_MODULES, request.as_bytes(), &Limits::default(), &stop, |frame| {
            match frame {
                Frame::Progress(text) => println!("{text}"),
                Frame::Data(piece) => {
                    last = Instant::now();
                    first = if bytes == 0 { last } else { first };
                    bytes += piece.len();
                }
                Frame::Verdict(verdict) => println!("verdict: {verdict:?}"),
            }
        })?;
    // Readings of the host's clock are on stderr: what is on stdout is the same every time.
    let seconds = |from: Instant, to: Instant| (to - from).as_secs_f64();
    eprintln!(
        "first data after {:.2} s, {bytes} bytes in {:.3} s",
        seconds(started, first),
        seconds(first, last)
    );
    eprintln!(
        "the machine ran {:.2} s; missing: {:?}",
        finished.took.as_secs_f64(),
        finished.missing_modules
    );
    Ok(())
}

fn answer(request: &[u8], results: &mut Results<'_>) -> Result<(), String> {
    let mut say = |text: String| results.progress(&text).map_err(|error| error.to_string());
    let uptime = || std::fs::read_to_string("/proc/uptime").unwrap_or_default();
    say(format!("request: {}", String::from_utf8_lossy(request)))?;
    say(format!("uname: {:?}", rustix::system::uname()))?;
    say(format!("up: {}", uptime()))?;
    say(format!("time: {:?}", SystemTime::now()))?;
    say(format!("clock: {:?}", Instant::now()))?;
    let modules = std::fs::read_to_string("/proc/modules").map_err(|error| error.to_string())?;
    say(format!(
        "modules: {}",
        modules.lines().filter_map(|line| line.split(' ').next()).collect::<Vec<_>>().join(" ")
    ))?;
    say(format!("tun: {:?}", std::fs::metadata("/dev/net/tun").map(|meta| meta.file_type())))?;
    let piece: Vec<u8> = (0..=255).cycle().take(64 << 10).collect();
    let before = Instant::now();
    for _ in 0..16 {
        results.data(&piece).map_err(|error| error.to_string())?;
    }
    let took = before.elapsed();
    results.progress(&format!("1 MiB took {took:?} of the guest")).map_err(|error| error.to_string())?;
    match request {
        b"hello" => Ok(()),
        b"panic" => panic!("as requested"),
        _ => Err("it knows no such request".to_owned()),
    }
}
