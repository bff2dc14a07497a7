//! `ipvslab sweep`: the same study at several loads, and up to which of them its objectives hold.

use std::path::Path;

use ipvslab_reports::{
    LoadStudy, Metric, Sweep, SweepSummary, loads_csv, read_sweep, sweep_artifacts, sweep_json,
    sweep_markdown, sweep_text,
};
use ipvslab_scenarios::{Loaded, Scenario};

use crate::args::{self, Factors, Loads, StudyFormat};
use crate::exit::{Exit, Failure};
use crate::files::{self, failure};
use crate::output::Output;
use crate::print::{print, talk, why};
use crate::study::{self, Keep};
use crate::{results, scenario_file, threads};

/// Runs the study at every load, writes the files and prints the tables.
pub(crate) fn run(args: &args::Sweep) -> Result<(), Failure> {
    refuse_junit(args.study.format)?;
    let output = Output::asked(args.study.out.as_deref(), args.study.force)?;
    threads::limit(args.study.threads)?;
    let mut scenario = study::scenario(&args.study)?;
    study::choose(&mut scenario, &args.schedulers);
    let factors = factors(&scenario, args)?;
    // All of them before the first run: what is wrong with the last load is known at once.
    let scaled = factors
        .iter()
        .map(|&factor| at_load(&scenario, factor, &args.study))
        .collect::<Result<Vec<Scenario>, Failure>>()?;
    if args.factor.is_none() {
        reaches(&args.load, &scaled)?;
    }
    let mut loads = Vec::new();
    for (number, (factor, scenario)) in factors.into_iter().zip(&scaled).enumerate() {
        let label = format!("load {} of {}: ", number + 1, scaled.len());
        loads.push(LoadStudy {
            factor,
            arrivals_per_s: scenario.arrival_rate(),
            load_ratio: scenario.utilisation(),
            study: study::run(scenario, Keep::Numbers, &label, args.study.quiet)?,
        });
    }
    let mut sweep = Sweep { loads };
    let mut summary = SweepSummary::new(&sweep, Metric::default());
    if args.factor.is_none()
        && summary.has_open_knee()
        && let Some(load) = sweep.next_load()
    {
        let own = scenario.utilisation();
        let scenario = at_load(&scenario, load / own, &args.study)?;
        sweep.loads.push(LoadStudy {
            factor: load / own,
            arrivals_per_s: scenario.arrival_rate(),
            load_ratio: scenario.utilisation(),
            study: study::run(&scenario, Keep::Numbers, "one load further: ", args.study.quiet)?,
        });
        summary = SweepSummary::new(&sweep, Metric::default());
    }
    let written = output.map_or(Ok(()), |output| files::write(output, sweep_artifacts(&sweep, &summary)));
    print(format_args!("{}", text(args.study.format, &sweep, &summary)?));
    written.inspect(|()| results::mention_files(&args.study))
}

/// Makes the files of a stored sweep again, or prints one of them.
pub(crate) fn report(args: &args::Report, path: &Path) -> Result<(), Failure> {
    refuse_junit(args.format.unwrap_or(StudyFormat::Table))?;
    let shown = path.display();
    let invalid = |message: String| Failure::new(Exit::InvalidInput, message);
    let bytes = std::fs::read(path).map_err(|error| invalid(format!("error: {shown}: {}", why(&error))))?;
    let sweep = read_sweep(&bytes).map_err(|error| invalid(format!("error: {shown}: {error}")))?;
    let summary = SweepSummary::new(&sweep, args.rank_by);
    match args.format {
        None => {
            let target = args.out.as_deref().unwrap_or(&args.results);
            let output = Output::prepare(target, args.out.is_none() || args.force)?;
            files::write(output, sweep_artifacts(&sweep, &summary))?;
            if !args.quiet {
                talk(format_args!("wrote {}", target.join("report.html").display()));
            }
        }
        Some(format) => print(format_args!("{}", text(format, &sweep, &summary)?)),
    }
    Ok(())
}

/// What the rates are multiplied by, at each load.
fn factors(scenario: &Scenario, args: &args::Sweep) -> Result<Vec<f64>, Failure> {
    if let Some(Factors(factors)) = &args.factor {
        return Ok(factors.clone());
    }
    if scenario.has_closed_loops() {
        let message = "error: the load of a closed loop follows from the think time of its users and cannot be set\n  help: --factor \
                       multiplies the number of users, for example --factor 0.5..2:7";
        return Err(Failure::new(Exit::Usage, message));
    }
    let own = scenario.utilisation();
    if !(own.is_finite() && own > 0.0) {
        let message = "error: the capacity of this scenario is zero: no server of positive weight is in the list at the start\n  help: --factor multiplies the file's own rates";
        return Err(Failure::new(Exit::InvalidInput, message));
    }
    Ok(args.load.0.iter().map(|load| load / own).collect())
}

/// Refuses loads that the scenarios do not reach: a trace that is played faster is over before the run is.
fn reaches(loads: &Loads, scaled: &[Scenario]) -> Result<(), Failure> {
    for (wanted, scenario) in loads.0.iter().zip(scaled) {
        let found = scenario.utilisation();
        if (found / wanted - 1.0).abs() > 0.05 {
            let message = format!(
                "error: a load of {:.1} % is out of reach, it would be {:.1} % over the run: the trace would end before the run does\n  help: leave out `duration`, or choose one that the trace covers at every load",
                100.0 * wanted,
                100.0 * found
            );
            return Err(Failure::new(Exit::InvalidInput, message));
        }
    }
    Ok(())
}

/// The scenario at a load; what is odd about it there and was not so before is told.
fn at_load(scenario: &Scenario, factor: f64, args: &args::Study) -> Result<Scenario, Failure> {
    let Loaded { scenario: scaled, warnings, .. } =
        scenario.scaled(factor).map_err(|problems| scenario_file::failure(&problems))?;
    let own = scenario.scaled(1.0).map_err(|problems| scenario_file::failure(&problems))?;
    for warning in warnings.iter().filter(|warning| !own.warnings.contains(warning)) {
        let load = 100.0 * scaled.utilisation();
        let message = format!("at a load of {load:.1} %: {}: {}", warning.path, warning.message);
        if args.strict {
            return Err(Failure::new(Exit::InvalidInput, format!("error: {message}")));
        }
        if !args.quiet {
            talk(format_args!("warning: {message}"));
        }
    }
    Ok(scaled)
}

fn text(format: StudyFormat, sweep: &Sweep, summary: &SweepSummary) -> Result<String, Failure> {
    match format {
        StudyFormat::Table => Ok(sweep_text(sweep, summary, results::width())),
        StudyFormat::Json => sweep_json(sweep, summary).map_err(failure),
        StudyFormat::Csv => loads_csv(sweep, summary).map_err(failure),
        StudyFormat::Markdown => Ok(sweep_markdown(sweep, summary)),
        StudyFormat::Junit => unreachable!("it was refused"),
    }
}

fn refuse_junit(format: StudyFormat) -> Result<(), Failure> {
    let message = "error: a sweep judges no objective, so it cannot be printed as JUnit: use table, json, csv or markdown";
    if format == StudyFormat::Junit { Err(Failure::new(Exit::Usage, message)) } else { Ok(()) }
}
