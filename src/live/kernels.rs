//! `ipvslab live kernels`: what `--vm` can boot.

use std::fmt::Write as _;

use ipvslab_live::kernels::{self, Kernel};

use crate::args::live::Kernels;
use crate::exit::{Exit, Failure};
use crate::print::print;

/// Lists kernels, or fetches one.
pub(crate) fn run(args: &Kernels) -> Result<(), Failure> {
    let unusable = |error: kernels::KernelError| Failure::new(Exit::LiveUnusable, format!("error: {error}"));
    if let Some(wanted) = &args.fetch {
        let kernel = kernels::find(wanted).map_err(unusable)?;
        print(format_args!("{}", line(&kernel)));
        return Ok(());
    }
    let mut text = String::new();
    for (heading, found) in [("installed", kernels::installed()), ("in the cache", kernels::cached())] {
        let _ = writeln!(text, "{heading}: {}", if found.is_empty() { "none" } else { "" });
        found.iter().for_each(|kernel| text.push_str(&line(kernel)));
    }
    match kernels::available() {
        Ok(names) => {
            let _ = writeln!(text, "from apt, fetched when --kernel asks for one:");
            names.iter().for_each(|name| text.push_str(&format!("  {name}\n")));
        }
        Err(error) => {
            let _ = writeln!(text, "from apt: {error}");
        }
    }
    print(format_args!("{text}"));
    Ok(())
}

fn line(kernel: &Kernel) -> String {
    format!("  {:36} {}\n", kernel.release, kernel.image.display())
}
