//! `ipvslab theory`: the engine beside the known answers of queueing theory, in a table.

use ipvslab_theory::{Agreement, known};

use crate::args;
use crate::exit::{Exit, Failure};
use crate::print::print;
use crate::threads;

/// Runs the set-ups that were asked for and prints the table.
pub(crate) fn run(args: &args::Theory) -> Result<(), Failure> {
    threads::limit(args.threads)?;
    let set_ups = known(args.fast, &args.filter);
    if set_ups.is_empty() {
        return Err(Failure::new(Exit::NothingSelected, "--filter selects no known answer"));
    }
    print(format_args!(
        "{:22} {:24} {:>12} {:>12} {:>9} {:>8}  verdict\n",
        "set-up", "metric", "reference", "simulated", "±95 %", "error"
    ));
    let mut verdicts = Vec::new();
    for set_up in &set_ups {
        let lines = set_up.compare().map_err(|error| Failure::new(Exit::Internal, error.to_string()))?;
        for line in lines {
            verdicts.push(line.verdict);
            print(format_args!(
                "{:22} {:24} {:12.6} {:12.6} {:9.6} {:7.2}%  {}\n",
                line.id,
                line.metric,
                line.known,
                line.mean,
                line.half_width,
                100.0 * (line.mean / line.known - 1.0),
                line.verdict.word()
            ));
        }
    }
    let count = |wanted: Agreement| verdicts.iter().filter(|&&verdict| verdict == wanted).count();
    let (differ, wide) = (count(Agreement::Differs), count(Agreement::TooWide));
    let all = verdicts.len();
    print(format_args!("{all} known answers: {differ} differ, {wide} inconclusive\n"));
    match (differ, wide) {
        (0, 0) => Ok(()),
        (0, _) => Err(Failure::new(Exit::Inconclusive, "error: some intervals are too wide to decide")),
        _ => Err(Failure::new(Exit::Differs, "error: not all known answers were reproduced")),
    }
}
