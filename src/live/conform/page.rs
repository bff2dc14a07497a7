//! What came of the cases, for people, for programs, and as a page of the documentation.

use std::fmt::Write as _;

use ipvslab_live::KernelFacts;
use ipvslab_live::conformance::{Case, Difference, Verdict};
use serde::Serialize;

/// Cases and kernels.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    schema: &'static str,
    version: &'static str,
    pub(super) equal: bool,
    cases: Vec<Named>,
    kernels: Vec<OnKernel>,
}

#[derive(Debug, Serialize)]
struct Named {
    case: String,
    title: String,
}

/// A kernel's verdicts, one for each case.
#[derive(Debug, Serialize)]
pub(super) struct OnKernel {
    /// What it says of itself; `None` if nothing was played.
    kernel: Option<KernelFacts>,
    asked: String,
    verdicts: Vec<Verdict>,
}

impl OnKernel {
    pub(super) fn new(kernel: Option<KernelFacts>, asked: String, verdicts: Vec<Verdict>) -> Self {
        Self { kernel, asked, verdicts }
    }

    fn name(&self) -> &str {
        self.kernel.as_ref().map_or(&self.asked, |kernel| &kernel.release)
    }

    /// How many verdicts are such.
    fn count(&self, such: impl Fn(&Verdict) -> bool) -> usize {
        self.verdicts.iter().filter(|verdict| such(verdict)).count()
    }

    fn summary(&self) -> String {
        let mut summary = format!("{} equal", self.count(|verdict| *verdict == Verdict::Equal));
        let rest = [
            ("different", self.count(|verdict| matches!(verdict, Verdict::Different(_)))),
            ("without the scheduler", self.count(|verdict| *verdict == Verdict::NoScheduler)),
            ("not playable", self.count(|verdict| matches!(verdict, Verdict::Unplayable(_)))),
        ];
        for (what, count) in rest.into_iter().filter(|&(_, count)| count > 0) {
            write!(summary, ", {count} {what}").expect("memory");
        }
        summary
    }

    /// The kernel in a line.
    fn line(&self) -> String {
        match &self.kernel {
            Some(kernel) => {
                format!("{} ({}): {:?} accounting", kernel.release, kernel.version, kernel.accounting)
            }
            None => self.asked.clone(),
        }
    }
}

impl Page {
    pub(super) fn new(cases: &[Case], kernels: Vec<OnKernel>) -> Self {
        let different = |verdict: &Verdict| matches!(verdict, Verdict::Different(_));
        Self {
            schema: "ipvslab.conformance/1",
            version: env!("CARGO_PKG_VERSION"),
            equal: kernels.iter().all(|on| on.count(different) == 0),
            cases: cases
                .iter()
                .map(|case| Named { case: case.id.to_string(), title: case.title.clone() })
                .collect(),
            kernels,
        }
    }

    /// As JSON.
    pub(super) fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a page is plain data with text keys")
    }

    /// For a terminal: what is not simply equal, and how many are.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for on in &self.kernels {
            writeln!(text, "kernel {}", on.line()).expect("memory");
            for (case, verdict) in self.cases.iter().zip(&on.verdicts) {
                let Named { case, title } = case;
                match verdict {
                    Verdict::Equal => writeln!(text, "  {case:<20} equal          {title}"),
                    Verdict::NoScheduler => writeln!(text, "  {case:<20} no scheduler   {title}"),
                    Verdict::Unplayable(why) => {
                        writeln!(text, "  {case:<20} not playable   {title}: {why}")
                    }
                    Verdict::Different(differences) => {
                        writeln!(text, "  {case:<20} different      {title}\n{}", indented(differences))
                    }
                }
                .expect("memory");
            }
            writeln!(text, "{}\n", on.summary()).expect("memory");
        }
        text
    }

    /// As a page of the documentation.
    pub(super) fn markdown(&self) -> String {
        let mut page = String::from(HEAD);
        for on in &self.kernels {
            writeln!(page, "- **{}**: {}", on.line(), on.summary()).expect("memory");
        }
        page.push_str(LEGEND);
        let names: Vec<&str> = self.kernels.iter().map(|on| short(on.name())).collect();
        writeln!(page, "| case | what | {} |", names.join(" | ")).expect("memory");
        writeln!(page, "|---|---|{}", "---|".repeat(names.len())).expect("memory");
        for (number, case) in self.cases.iter().enumerate() {
            let marks: Vec<&str> = self.kernels.iter().map(|on| mark(&on.verdicts[number])).collect();
            writeln!(page, "| {} | {} | {} |", case.case, case.title, marks.join(" | ")).expect("memory");
        }
        self.reasons(&mut page);
        page
    }

    /// Why cases are not played, and what differs.
    fn reasons(&self, page: &mut String) {
        let Some(first) = self.kernels.first() else { return };
        page.push_str("\n## Not playable\n\n");
        for (case, verdict) in self.cases.iter().zip(&first.verdicts) {
            if let Verdict::Unplayable(why) = verdict {
                writeln!(page, "- **{}**: {why}.", case.case).expect("memory");
            }
        }
        if self.equal {
            return;
        }
        page.push_str("\n## Different\n\n");
        for on in &self.kernels {
            for (case, verdict) in self.cases.iter().zip(&on.verdicts) {
                if let Verdict::Different(differences) = verdict {
                    writeln!(page, "- **{}** on {}:\n{}", case.case, on.name(), indented(differences))
                        .expect("memory");
                }
            }
        }
    }
}

/// The page before the list of kernels.
const HEAD: &str = "\
# Kernel, specification and model

The edge cases of the kernel specification (its section 5, by number), and some of our own (by name), each played to kernels packet by packet
and checked against the specification and against the model. Made by `ipvslab live conform --vm --format markdown`; see
[live.md](live.md#edge-cases).

";

/// Between the list of kernels and the table.
const LEGEND: &str = "
`=` kernel, specification and model agree in every packet and every count; **`≠`** they do not; `∅` the kernel does not have the scheduler;
`–` no packet engine can play it, and the reason is below.

";

fn mark(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Equal => "=",
        Verdict::Different(_) => "**≠**",
        Verdict::NoScheduler => "∅",
        Verdict::Unplayable(_) => "–",
    }
}

/// A release without what all have in common.
fn short(release: &str) -> &str {
    release.strip_suffix("-cloud-amd64").unwrap_or(release)
}

fn indented(differences: &[Difference]) -> String {
    let lines: Vec<String> = differences.iter().map(|difference| format!("    - {difference}")).collect();
    lines.join("\n")
}
