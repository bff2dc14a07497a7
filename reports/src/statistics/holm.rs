//! Which of several hypotheses are rejected, when together they may be wrong only so often (Holm 1979).

/// By hypothesis: rejected or not, so that with probability `1 - alpha` no rejection is wrong.
pub fn holm(p_values: &[f64], alpha: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut rejected = vec![false; p_values.len()];
    for (step, &at) in order.iter().enumerate() {
        let left = (p_values.len() - step) as f64;
        if p_values[at] > alpha / left {
            break;
        }
        rejected[at] = true;
    }
    rejected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stops_at_the_first_that_is_too_likely() {
        assert_eq!(holm(&[0.01, 0.04, 0.03], 0.05), [true, false, false]);
        assert_eq!(holm(&[0.01, 0.04, 0.02], 0.05), [true, true, true]);
        assert_eq!(holm(&[], 0.05), [false; 0]);
    }
}
