//! Twenty thousand damaged logs: read or refused, never a panic, never without end.

use ipvslab_scenarios::log::{Clock, Faulty, Options};
use ipvslab_schedulers::Rng;

use crate::log_samples::{convert, gzip, samples, zstd};

const MUTATIONS: u32 = 20_000;

#[test]
fn damaged_logs_are_read_or_refused() {
    let mut logs: Vec<Vec<u8>> = samples().into_iter().map(|sample| sample.log).collect();
    logs.push(gzip(&logs[0]));
    logs.push(zstd(&logs[0]));
    let mut draws = Rng::stream(7, 0, "mutations");
    let mut read = 0;
    for number in 0..MUTATIONS {
        let original = &logs[number as usize % logs.len()];
        let mut log = original.clone();
        for _ in 0..=draws.below(4) {
            mutate(&mut log, &logs, &mut draws);
        }
        let faulty = if number % 2 == 0 { Faulty::LeaveOut } else { Faulty::Refuse };
        let clock = if number % 3 == 0 { Clock::Keep } else { Clock::Spread };
        if let Ok((trace, _)) = convert(&log, Options { faulty, clock, ..Options::default() }) {
            read += 1;
            assert!(trace.lines().count() <= log.len() + 1, "more rows than bytes");
        }
    }
    // Most damage spoils a line or two, not the log.
    assert!(read > MUTATIONS / 4, "{read}");
}

/// One small damage: a byte, a run of bytes, a piece of another log.
fn mutate(log: &mut Vec<u8>, logs: &[Vec<u8>], draws: &mut Rng) {
    const TELLING: &[u8] = b"\"[]{}\\\t\n\0-/:., 09#\xff";
    let at = draws.below(log.len() as u32 + 1) as usize;
    let length = draws.below(24) as usize;
    let end = (at + length).min(log.len());
    match draws.below(8) {
        0 if at < log.len() => log[at] ^= 1 << draws.below(8),
        1 if at < log.len() => log[at] = draws.below(256) as u8,
        2 => log.insert(at, TELLING[draws.below(TELLING.len() as u32) as usize]),
        3 => drop(log.drain(at..end)),
        4 => {
            let piece = log[at..end].to_vec();
            log.splice(at..at, piece);
        }
        5 => log.truncate(at),
        6 => {
            let other = &logs[draws.below(logs.len() as u32) as usize];
            let from = draws.below(other.len() as u32) as usize;
            let piece = other[from..(from + length).min(other.len())].to_vec();
            log.splice(at..end, piece);
        }
        _ => log.splice(at..at, b"99999999999999999999".iter().copied()).for_each(drop),
    }
}
