//! How much of a result's variance comes from the data that parameters were estimated from, and how much from the
//! simulation: one-way random effects (Ankenman and Nelson 2012).

use crate::statistics::sample::Sample;

/// The two variances of one replication's value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Components {
    /// Of the expected value, over the sets of parameters.
    pub data: f64,
    /// Within one set of parameters.
    pub simulation: f64,
}

/// Of equally many replications for each set of parameters; `None` below two sets or two replications of each.
pub fn components(sets: &[&[f64]]) -> Option<Components> {
    let each = sets.first()?.len();
    if sets.len() < 2 || each < 2 || sets.iter().any(|set| set.len() != each) {
        return None;
    }
    let samples: Vec<Sample> = sets.iter().filter_map(|set| Sample::of(set)).collect();
    let within =
        samples.iter().map(|sample| sample.deviation * sample.deviation).sum::<f64>() / sets.len() as f64;
    let means: Vec<f64> = samples.iter().map(|sample| sample.mean).collect();
    let spread = Sample::of(&means)?.deviation;
    let data = (spread * spread - within / each as f64).max(0.0);
    Some(Components { data, simulation: within })
}
