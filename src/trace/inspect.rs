//! `ipvslab trace inspect`: what a log or a trace is like.

use std::fmt::Write as _;

use ipvslab_reports::{TraceSeen, TraceSurvey, rate_svg, trace_json, trace_text};
use ipvslab_scenarios::log::Target;

use super::input::Input;
use crate::args::trace::{self as args, Print};
use crate::exit::{Exit, Failure};
use crate::file_output::FileOutput;
use crate::print::{print, talk};
use crate::results::width;

/// Reads it to its end, and prints and draws what it is like.
pub(crate) fn run(args: &args::Inspect) -> Result<(), Failure> {
    let plot =
        args.plot.as_deref().map(|path| FileOutput::prepare("--plot", path, args.force)).transpose()?;
    let mut input = Input::open(&args.source)?;
    let mut survey = TraceSurvey::default();
    let mut first = None;
    let mut client = String::new();
    while let Some(row) = input.advance()? {
        client.clear();
        let _ = write!(client, "{}", row.client);
        survey.observe(TraceSeen {
            at: row.at.abs_diff(*first.get_or_insert(row.at)),
            client: &client,
            target: row.target.as_deref(),
            response_bytes: row.response_bytes,
            duration: row.duration,
        });
    }
    if !args.source.quiet {
        input.conclude();
    }
    let summary = survey.finish();
    let format = input.reader.format();
    let target = match input.reader.columns().target {
        Some(Target::Destination) => "destinations",
        Some(Target::Object) | None => "objects",
    };
    let origin = input.origin.escape_debug().to_string();
    let internal = |error| Failure::new(Exit::Internal, format!("error: {error}"));
    let text = match args.format {
        Print::Table => trace_text(&summary, &format!("{origin}: {}", format.words()), target, width()),
        Print::Json => trace_json(&summary, format.name(), target).map_err(internal)?,
    };
    // A disk that is full must not cost the table too.
    let drawn = plot.map_or(Ok(()), |mut plot| {
        plot.write(&rate_svg(&summary, &origin).map_err(internal)?)?;
        plot.publish()
    });
    print(format_args!("{text}"));
    drawn?;
    if let Some(path) = args.plot.as_deref().filter(|_| !args.source.quiet) {
        talk(format_args!("wrote {}", path.display()));
    }
    Ok(())
}
