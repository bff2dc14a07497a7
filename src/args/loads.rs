//! Lists of loads as the command line has them: `50%,80%,95%`, `50%..95%:10`; factors are the same without `%`.

use std::str::FromStr;

/// The most loads of a sweep.
const MOST: usize = 1_000;

/// Offered loads, parts of the capacity; ascending, each once.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Loads(pub(crate) Vec<f64>);

/// What the scenario's rates are multiplied by; ascending, each once.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Factors(pub(crate) Vec<f64>);

impl FromStr for Loads {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let load = |word: &str| {
            let percent = word.strip_suffix('%').ok_or_else(|| {
                format!("`{word}` has no unit: a load is a percentage of the capacity, such as 80%; --factor takes plain numbers")
            })?;
            Ok(number(percent)? / 100.0)
        };
        list(text, load).map(Self)
    }
}

impl FromStr for Factors {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        list(text, number).map(Self)
    }
}

/// Numbers separated by commas; `FROM..TO:COUNT` expands to COUNT evenly spaced values, both ends included.
fn list(text: &str, one: impl Fn(&str) -> Result<f64, String>) -> Result<Vec<f64>, String> {
    let mut all = Vec::new();
    for part in text.split(',') {
        match part.split_once("..") {
            None => all.push(one(part.trim())?),
            Some((from, rest)) => {
                let (to, count) = rest
                    .split_once(':')
                    .ok_or_else(|| format!("`{part}` has no count: {part}:10 expands to ten values"))?;
                let (from, to) = (one(from.trim())?, one(to.trim())?);
                let count: usize = count.trim().parse().unwrap_or(0);
                if !(2..=MOST).contains(&count) || from >= to {
                    return Err(format!(
                        "`{part}` is not a range: expected FROM..TO:COUNT with FROM < TO and a COUNT of 2 to {MOST}"
                    ));
                }
                let step = (to - from) / (count - 1) as f64;
                all.extend((0..count).map(|at| from + step * at as f64));
            }
        }
    }
    all.sort_by(f64::total_cmp);
    all.dedup();
    if all.len() > MOST { Err(format!("{} loads, expected at most {MOST}", all.len())) } else { Ok(all) }
}

fn number(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err(format!("`{text}` is not a number above 0")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_ranges_ascend() {
        let loads = |text: &str| text.parse::<Loads>().map(|loads| loads.0);
        assert_eq!(loads("90%,50%, 70%,50%"), Ok(vec![0.5, 0.7, 0.9]));
        assert_eq!(loads("50%..100%:3"), Ok(vec![0.5, 0.75, 1.0]));
        assert_eq!("0.5,1..2:3".parse(), Ok(Factors(vec![0.5, 1.0, 1.5, 2.0])));
    }

    #[test]
    fn what_is_no_load_is_said() {
        let refused = |text: &str| text.parse::<Loads>().expect_err("no loads");
        assert!(refused("0.8").contains("percentage"));
        assert!(refused("50%..90%").contains("count"));
        for wrong in ["90%..50%:3", "50%..90%:1", "0%", "-5%", "nan%", "", "50%..90%:9999"] {
            refused(wrong);
        }
        assert!("inf".parse::<Factors>().is_err());
    }
}
