//! Where a fixed number of replications is spent best (optimal computing budget allocation; Chen, Lin, Yücesan and Chick 2000).
//!
//! For candidates that cannot be paired, since it takes them for independent; less is better.

/// Means closer than this part of the best are taken to be this far away.
const CLOSEST: f64 = 1e-9;

/// How many of `additional` replications each candidate gets, after `done` of each with these means and variances. Parts are
/// truncated and the rest goes to the best; who has more than its share already gets nothing.
///
/// # Panics
/// If the slices differ in length.
pub fn allocate(means: &[f64], variances: &[f64], done: &[u32], additional: u32) -> Vec<u32> {
    assert!(means.len() == variances.len() && means.len() == done.len(), "three numbers for each candidate");
    let Some(best) = (0..means.len()).min_by(|&a, &b| means[a].total_cmp(&means[b])) else {
        return Vec::new();
    };
    let ratios = ratios(means, variances, best);
    let total = done.iter().sum::<u32>() + additional;
    let mut allocated = done.to_vec();
    let mut open = vec![true; means.len()];
    loop {
        let closed: u32 = (0..means.len()).filter(|&at| !open[at]).map(|at| allocated[at]).sum();
        let left = f64::from(total - closed);
        let all: f64 = (0..means.len()).filter(|&at| open[at]).map(|at| ratios[at]).sum();
        let mut is_settled = true;
        for at in (0..means.len()).filter(|&at| open[at]).collect::<Vec<_>>() {
            allocated[at] = (left / all * ratios[at]) as u32;
            if allocated[at] < done[at] {
                (allocated[at], open[at], is_settled) = (done[at], false, false);
            }
        }
        if is_settled {
            break;
        }
    }
    allocated[best] += total - allocated.iter().sum::<u32>();
    allocated.iter().zip(done).map(|(allocated, done)| allocated - done).collect()
}

/// Shares before they are made to add up.
fn ratios(means: &[f64], variances: &[f64], best: usize) -> Vec<f64> {
    let noise_over_distance = |at: usize| {
        let distance = (means[at] - means[best]).max(CLOSEST * means[best].abs().max(f64::MIN_POSITIVE));
        variances[at] / (distance * distance)
    };
    let mut ratios: Vec<f64> = (0..means.len()).map(noise_over_distance).collect();
    let others = (0..means.len()).filter(|&at| at != best && variances[at] > 0.0);
    let squares: f64 = others.map(|at| ratios[at] * ratios[at] / variances[at]).sum();
    ratios[best] = (variances[best] * squares).sqrt();
    ratios
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_example_of_another_program_comes_out() {
        // The R package SPOT, documentation of its OCBA.
        let found =
            allocate(&[1.2, 2.1, 3.4, 4.87, 6.05], &[3.3, 2.0, 4.5, 5.3, 6.9], &[12, 6, 5, 5, 4], 100);
        assert_eq!(found, [48, 38, 11, 2, 1]);
    }

    #[test]
    fn all_is_spent_even_among_equals() {
        assert_eq!(allocate(&[1.0, 1.0], &[1.0, 1.0], &[5, 5], 10).iter().sum::<u32>(), 10);
        assert_eq!(allocate(&[1.0], &[1.0], &[5], 10), [10]);
        assert_eq!(allocate(&[], &[], &[], 10), [0; 0]);
    }
}
