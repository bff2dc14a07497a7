//! Bytes of requests and responses.

use std::fs;
use std::path::Path;

use ipvslab_scenarios::parse;
use ipvslab_sim::{Arrival, Sizes};

const FARM: &str = "[run]\nduration = \"20s\"\n[service]\nfwmark = 1\nschedulers = [\"dh\"]\n\
    [[servers]]\nname = \"web\"\nslots = 64\n[work.constant]\ntime = \"1ms\"\n";
const DRAWN: &str =
    "[arrivals.poisson]\nrate = \"500/s\"\n[destinations.zipf]\ncount = 500\nexponent = 0.8\n";

fn arrivals(text: &str, directory: &Path) -> Vec<Arrival> {
    let loaded = parse(text, "web.toml", directory).unwrap_or_else(|problems| panic!("{problems}"));
    loaded.scenario.arrivals(0).expect("arrivals").map(|arrival| arrival.expect("a row")).collect()
}

fn drawn(sizes: &str) -> Vec<Arrival> {
    arrivals(&format!("{FARM}{DRAWN}{sizes}"), Path::new(""))
}

#[test]
fn nothing_is_drawn_where_nothing_is_said() {
    let plain = drawn("");
    assert!(plain.iter().all(|arrival| arrival.sizes == Sizes::default()));
    let sized = drawn("[sizes.response.exponential]\nmean = \"20kB\"\n");
    let rest = |all: &[Arrival]| -> Vec<_> { all.iter().map(|one| (one.at, one.work, one.flow)).collect() };
    assert_eq!(rest(&plain), rest(&sized), "sizes have streams of their own");
}

#[test]
fn sizes_have_their_means() {
    let all = drawn(
        "[sizes.request.constant]\nsize = \"1.5kB\"\n[[sizes.response.mixture]]\nweight = 1\nconstant.size = \"1KiB\"\n\
         [[sizes.response.mixture]]\nweight = 1\nexponential.mean = \"9kB\"\n",
    );
    assert!(all.iter().all(|arrival| arrival.sizes.request == 1500));
    let mean = all.iter().map(|arrival| f64::from(arrival.sizes.response)).sum::<f64>() / all.len() as f64;
    // 5012 on average; a draw has a standard deviation of some 7,500, so 10,000 of them 75.
    assert!((mean - 5012.0).abs() < 300.0, "{mean}");
}

#[test]
fn an_object_has_the_same_size_always_and_work_of_its_own() {
    let by_object = "[sizes.response.by_object.lognormal]\nmean = \"20kB\"\nscv = 4\n";
    let all = drawn(by_object);
    let mut sizes = std::collections::HashMap::new();
    for arrival in &all {
        let size = *sizes.entry(arrival.flow.destination).or_insert(arrival.sizes.response);
        assert_eq!(size, arrival.sizes.response);
    }
    assert!(sizes.len() > 400);
    let distinct: std::collections::HashSet<u32> = sizes.values().copied().collect();
    assert!(distinct.len() > 390, "{} sizes", distinct.len());
}

#[test]
fn a_trace_says_sizes_and_objects() {
    let directory = tempfile::tempdir().expect("a directory for files");
    fs::write(directory.path().join("trace.csv"), "t,url,bytes\n1,/a,100\n2,/b,-\n3,/a,7\n")
        .expect("written");
    let text = format!(
        "{FARM}[arrivals.trace]\nfile = \"trace.csv\"\ntime = \"t\"\ntime_format = \"unix_s\"\n[destinations.trace]\ncolumn = \"url\"\n\
         [sizes.request.by_object.exponential]\nmean = \"1kB\"\n[sizes.response.trace]\ncolumn = \"bytes\"\nunit = \"1KiB\"\nmissing = \"zero\"\n"
    );
    let text = text.replace("duration = \"20s\"", "replications = 1");
    let all = arrivals(&text, directory.path());
    let responses: Vec<u32> = all.iter().map(|arrival| arrival.sizes.response).collect();
    assert_eq!(responses, [102_400, 0, 7168]);
    assert_eq!(all[0].sizes.request, all[2].sizes.request, "one object");
    assert_ne!(all[0].sizes.request, all[1].sizes.request);
}
