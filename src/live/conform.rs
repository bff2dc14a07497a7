//! `ipvslab live conform`: the kernel specification's edge cases, on kernels.

mod page;

use ipvslab_live::conformance::{Case, Verdict, cases};
use ipvslab_live::{Answer, KernelFacts, Order, Task};

use super::machine::Answers;
use super::validate;
use crate::args::live::{Conform, ConformFormat};
use crate::exit::{Exit, Failure};
use crate::print::print;
use page::{OnKernel, Page};

/// Plays the cases to every kernel, and prints what came of each.
pub(crate) fn run(args: &Conform) -> Result<(), Failure> {
    let cases = chosen(&args.cases)?;
    let tasks: Vec<Task> = cases.iter().filter_map(Case::task).collect();
    let asked = if tasks.is_empty() {
        // Why a case cannot be played is known without a kernel.
        vec![("none, since there is nothing to play".to_owned(), Vec::new())]
    } else {
        validate::ask(&args.machines, &Order::Conform(tasks))?
    };
    let kernels =
        asked.into_iter().map(|answers| judged(&cases, answers)).collect::<Result<Vec<_>, Failure>>()?;
    let page = Page::new(&cases, kernels);
    match args.format {
        ConformFormat::Table => print(format_args!("{}", page.text())),
        ConformFormat::Json => print(format_args!("{}\n", page.json())),
        ConformFormat::Markdown => print(format_args!("{}", page.markdown())),
    }
    if page.equal {
        Ok(())
    } else {
        Err(Failure::new(Exit::Differs, "error: kernel, specification and model do not agree"))
    }
}

/// The cases that the command line names.
fn chosen(names: &[String]) -> Result<Vec<Case>, Failure> {
    let all = cases();
    if let Some(unknown) = names.iter().find(|name| !all.iter().any(|case| case.is_called(name))) {
        let message = format!(
            "error: no case is called {}; docs/kernel-conformance.md lists them, 1 to 96 among them",
            unknown.escape_debug()
        );
        return Err(Failure::new(Exit::Usage, message));
    }
    let wanted = |case: &Case| names.is_empty() || names.iter().any(|name| case.is_called(name));
    Ok(all.into_iter().filter(wanted).collect())
}

/// What a kernel's answers come to.
fn judged(cases: &[Case], (asked, answers): Answers) -> Result<OnKernel, Failure> {
    let unusable = |message: String| Failure::new(Exit::LiveUnusable, format!("error: {asked}: {message}"));
    let kernel = answers.iter().find_map(facts).cloned();
    let mut answers = answers.iter();
    let judge = |case: &Case| {
        let answer = case.task().and_then(|_| answers.next());
        case.judge(answer, validate::profile).map_err(|error| unusable(format!("case {}: {error}", case.id)))
    };
    let verdicts: Vec<Verdict> = cases.iter().map(judge).collect::<Result<_, Failure>>()?;
    Ok(OnKernel::new(kernel, asked.clone(), verdicts))
}

fn facts(answer: &Answer) -> Option<&KernelFacts> {
    match answer {
        Answer::Played(log) => Some(&log.kernel),
        Answer::Told(kernel, _) => Some(kernel),
        _ => None,
    }
}
