//! `ipvslab trace convert`: a trace of a log.

use std::io::{BufWriter, ErrorKind, Write, stdout};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use ipvslab_scenarios::log::TraceWriter;

use super::input::Input;
use crate::args::trace as args;
use crate::exit::{Exit, Failure};
use crate::file_output::FileOutput;
use crate::print::talk;

/// Reads the log and writes the trace, to a file that is complete or not there, or to stdout.
pub(crate) fn run(args: &args::Convert) -> Result<(), Failure> {
    let output =
        args.out.as_deref().map(|path| FileOutput::prepare("--out", path, args.force)).transpose()?;
    let mut input = Input::open(&args.source)?;
    match output {
        None => match copy(&mut input, BufWriter::new(stdout().lock())) {
            Err(Stopped::Output(error)) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
            copied => copied.map(drop).map_err(|stopped| stopped.failure("stdout"))?,
        },
        Some(mut output) => {
            let shown = output.shown();
            let is_packed = args.out.as_deref().and_then(Path::extension).is_some_and(|end| end == "gz");
            let copied = if is_packed {
                let packer = GzEncoder::new(BufWriter::new(output.file()), Compression::default());
                copy(&mut input, packer)
                    .and_then(|packer| Ok(packer.finish().and_then(|mut rest| rest.flush())?))
            } else {
                copy(&mut input, BufWriter::new(output.file())).map(drop)
            };
            copied.map_err(|stopped| stopped.failure(&shown))?;
            output.publish()?;
        }
    }
    if !args.source.quiet {
        input.conclude();
        if let Some(path) = &args.out {
            let path = path.display();
            talk(format_args!("wrote {path}; now: ipvslab trace inspect {path}"));
        }
    }
    Ok(())
}

/// Writes all rows, and gives back what they were written to.
fn copy<W: Write>(input: &mut Input, out: W) -> Result<W, Stopped> {
    // Before the header: a log without a good first row prints nothing.
    let mut next = input.advance().map_err(Stopped::Input)?;
    let mut trace = TraceWriter::new(out, input.reader.columns())?;
    while let Some(row) = next {
        trace.write(&row)?;
        next = input.advance().map_err(Stopped::Input)?;
    }
    let mut out = trace.finish()?;
    out.flush()?;
    Ok(out)
}

/// Which side failed.
enum Stopped {
    Input(Failure),
    Output(std::io::Error),
}

impl From<std::io::Error> for Stopped {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}

impl Stopped {
    fn failure(self, output: &str) -> Failure {
        match self {
            Self::Input(failure) => failure,
            Self::Output(error) => {
                Failure::new(Exit::Output, format!("error: cannot write {output}: {error}"))
            }
        }
    }
}
