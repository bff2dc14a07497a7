//! `ipvslab sweep`.

use std::fs;

use crate::support::{Place, SMALL, names};

const OBJECTIVE: &str = "\n[[objectives]]\nrequire = \"p99 < 700ms\"\n";

fn with_objective() -> Place {
    let place = Place::new();
    place.write("farm.toml", &format!("{SMALL}{OBJECTIVE}"));
    place
}

#[test]
fn a_row_a_load_and_up_to_where_the_objective_holds() {
    let place = with_objective();
    let ended = place.run(&["sweep", "farm.toml", "--load", "50%,80%,120%"]);
    let text = ended.succeeds();
    for said in ["Highest load at which p99 < 700ms holds:", "120 !", "connections/s"] {
        assert!(text.contains(said), "{said} is not in\n{text}");
    }
    assert!(
        ended.stderr.contains("at a load of 120.0 %") && ended.stderr.contains("rho = 1.20"),
        "{ended:?}"
    );
    let strict = place.run(&["sweep", "farm.toml", "--load", "50%,80%,120%", "--strict"]);
    strict.fails(3, &["at a load of 120.0 %"]);
}

#[test]
fn once_the_files_rates_is_what_compare_says() {
    let place = Place::with_farm();
    let csv = |arguments: &[&str]| {
        let ended = place.run(&[arguments, &["--quiet", "--format", "csv"]].concat());
        ended.succeeds().to_owned()
    };
    let swept = csv(&["sweep", "farm.toml", "--factor", "1"]);
    let compared = csv(&["compare", "farm.toml"]);
    let field = |csv: &str, name: &str| -> Vec<String> {
        let mut lines = csv.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let heading = lines.next().expect("a heading");
        let column = heading.iter().position(|own| own == name).expect("the column");
        let mut fields: Vec<String> = lines.map(|line| line[column].clone()).collect();
        fields.sort();
        fields
    };
    for name in ["scheduler", "response_time_us_p99", "imbalance_jain_index_half_width"] {
        assert_eq!(field(&swept, name), field(&compared, name), "{name}");
    }
}

#[test]
fn out_is_kept_and_report_makes_it_again() {
    let place = with_objective();
    let arguments = ["sweep", "farm.toml", "--quiet", "--load", "50%..90%:3", "--out", "swept"];
    place.run(&arguments).succeeds();
    let files = ["knee.svg", "knees.csv", "loads.csv", "report.html", "sweep.bin", "sweep.json"];
    assert_eq!(names(&place.path("swept")), files);
    place.run(&arguments).fails(6, &["--force"]);
    let page = fs::read_to_string(place.path("swept").join("report.html")).expect("the page");
    fs::remove_file(place.path("swept").join("report.html")).expect("it is there");
    place.run(&["report", "swept", "--quiet"]).succeeds();
    assert_eq!(fs::read_to_string(place.path("swept").join("report.html")).expect("the page"), page);
    let table = place.run(&["report", "swept", "--format", "table"]);
    let swept = place.run(&["sweep", "farm.toml", "--quiet", "--load", "50%..90%:3", "--threads", "1"]);
    assert_eq!(table.succeeds(), swept.succeeds(), "stored or not, on one thread or several");
    place.run(&["regress", "swept", "swept"]).fails(3, &["it holds a sweep"]);
}

#[test]
fn what_is_no_load_is_refused_before_anything_runs() {
    let place = Place::with_farm();
    place.run(&["sweep", "farm.toml", "--load", "0.8"]).fails(2, &["percentage of the capacity"]);
    place.run(&["sweep", "farm.toml", "--load", "50%", "--factor", "2"]).fails(2, &["cannot be used with"]);
    place.run(&["sweep", "farm.toml", "--format", "junit"]).fails(2, &["judges no objective"]);
    place.run(&["sweep", "farm.toml", "--factor", "1e12"]).fails(3, &["connections will arrive"]);
}
