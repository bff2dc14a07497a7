//! Asking kernels in machines of their own, as many at once as there are cores.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use ipvslab_live::kernels::{self, Kernel};
use ipvslab_live::vm::{self, DEFAULT_MODULES, Frame, Limits, Results};
use ipvslab_live::{Answer, Order, Word, carry_out};
use rayon::prelude::*;

use crate::args::live::Machines;
use crate::exit::{Exit, Failure};

/// The kernel that is booted when the command line names none.
const KERNEL: &str = "6.12";

/// A kernel's name and its answers, one for each part of the order.
pub(crate) type Answers = (String, Vec<Answer>);

/// Boots every kernel that the command line names, and asks each.
pub(crate) fn ask_each(args: &Machines, order: &Order) -> Result<Vec<Answers>, Failure> {
    let kernels = find_each(&args.kernels)?;
    let request = order.encode();
    let limits = limits(args.limit);
    let progress = progress(args.quiet);
    kernels.par_iter().map(|kernel| ask(kernel, order, &request, &limits, &progress)).collect()
}

/// The kernels that the command line names, each once.
pub(crate) fn find_each(wanted: &[String]) -> Result<Vec<Kernel>, Failure> {
    let default = [KERNEL.to_owned()];
    let wanted = if wanted.is_empty() { &default[..] } else { wanted };
    let mut kernels: Vec<Kernel> = Vec::new();
    for spec in wanted {
        let kernel = kernels::find(spec)
            .map_err(|error| unusable(format!("kernel {}: {error}", spec.escape_debug())))?;
        if !kernels.iter().any(|other| other.release == kernel.release) {
            kernels.push(kernel);
        }
    }
    Ok(kernels)
}

/// A machine is stopped after this many minutes.
pub(crate) fn limits(minutes: u64) -> Limits {
    Limits { total: Duration::from_secs(minutes * 60), ..Limits::default() }
}

/// Where the progress of machines is shown.
pub(crate) fn progress(quiet: bool) -> MultiProgress {
    MultiProgress::with_draw_target(if quiet {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    })
}

/// Boots one kernel, and asks it.
pub(crate) fn ask_one(spec: Option<&str>, order: &Order) -> Result<Answers, Failure> {
    let spec = spec.unwrap_or(KERNEL);
    let kernel =
        kernels::find(spec).map_err(|error| unusable(format!("kernel {}: {error}", spec.escape_debug())))?;
    ask(&kernel, order, &order.encode(), &Limits::default(), &MultiProgress::new())
}

/// Boots a kernel, and asks it what `request` encodes.
pub(crate) fn ask(
    kernel: &Kernel,
    order: &Order,
    request: &[u8],
    limits: &Limits,
    progress: &MultiProgress,
) -> Result<Answers, Failure> {
    let style =
        ProgressStyle::with_template("{prefix} {bar:20} {pos}/{len} {msg}").expect("it is a constant");
    let bar = progress.add(ProgressBar::new(order.parts() as u64).with_style(style));
    bar.set_prefix(kernel.release.clone());
    bar.set_message("booting");
    let mut answers = Vec::new();
    let mut garbled = None;
    // A signal ends this process, and the machine with it.
    let never = AtomicBool::new(false);
    let booted = vm::boot(kernel, &DEFAULT_MODULES, request, limits, &never, |frame| match frame {
        Frame::Progress(text) => bar.set_message(text),
        Frame::Data(bytes) => match Answer::decode(&bytes) {
            Ok(answer) => {
                answers.push(answer);
                bar.inc(1);
            }
            Err(error) => garbled = Some(error),
        },
        Frame::Verdict(_) => {}
    });
    bar.finish_and_clear();
    booted.map_err(|error| unusable(format!("kernel {}: {error}", kernel.release)))?;
    match garbled {
        Some(error) => Err(unusable(format!("kernel {}: its answer is malformed: {error}", kernel.release))),
        None => Ok((kernel.release.clone(), answers)),
    }
}

/// The other side: carries the order out as init of a machine.
pub(crate) fn answer(request: &[u8], results: &mut Results<'_>) -> Result<(), String> {
    let order = Order::decode(request).map_err(|error| format!("the request is malformed: {error}"))?;
    let sent = carry_out(&order, |word| match word {
        Word::Progress(done) => results.progress(&format!("{done} %")),
        Word::Answer(answer) => results.data(&answer.encode()),
    });
    sent.map_err(|error| format!("the results cannot be sent: {error}"))
}

fn unusable(message: String) -> Failure {
    Failure::new(Exit::LiveUnusable, format!("error: {message}"))
}
