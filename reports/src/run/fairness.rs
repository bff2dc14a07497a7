//! How evenly connections are spread, measured against the weights.
//!
//! A server's fair part is its weight's share, with the weight averaged over the measured window: a server that is
//! in the list for half of it, or is quiesced half-way, is expected to take half as much. That is exact while
//! arrivals are steady; when the rate changes together with the weights it is an approximation.

/// A server's share of the connections over its share of the weights: 1 is fair.
///
/// `None` where the server had no weight in the window, or nothing was given to any server.
pub(crate) fn relative_shares(assigned: &[u64], weights: &[f64]) -> Vec<Option<f64>> {
    let connections = assigned.iter().sum::<u64>() as f64;
    let weight: f64 = weights.iter().sum();
    let relative = |(&assigned, &own): (&u64, &f64)| {
        (own > 0.0 && connections > 0.0).then(|| assigned as f64 / connections / (own / weight))
    };
    assigned.iter().zip(weights).map(relative).collect()
}

/// The weighted maximum over the mean: the largest relative share, 1 if all are fair.
pub(crate) fn max_to_mean(relative: &[Option<f64>]) -> Option<f64> {
    relative.iter().copied().flatten().reduce(f64::max)
}

/// Jain's index of the relative shares `x` of `n` servers, `(Σx)² / (n·Σx²)`: 1 if all are equal, `1/n` if one
/// server takes everything (Jain, Chiu, Hawe 1984).
pub(crate) fn jain_index(relative: &[Option<f64>]) -> Option<f64> {
    let shares = || relative.iter().copied().flatten();
    let (count, sum) = (shares().count() as f64, shares().sum::<f64>());
    let squares: f64 = shares().map(|share| share * share).sum();
    (squares > 0.0).then(|| sum * sum / (count * squares))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_by_weight_are_fair() {
        let relative = relative_shares(&[100, 200, 300], &[1.0, 2.0, 3.0]);
        assert_eq!(relative, [Some(1.0); 3]);
        assert_eq!((max_to_mean(&relative), jain_index(&relative)), (Some(1.0), Some(1.0)));
    }

    #[test]
    fn one_server_taking_everything_is_the_worst() {
        let relative = relative_shares(&[0, 400, 0, 0], &[1.0; 4]);
        assert_eq!((max_to_mean(&relative), jain_index(&relative)), (Some(4.0), Some(0.25)));
    }

    #[test]
    fn server_without_weight_is_left_out() {
        let relative = relative_shares(&[10, 10, 0], &[1.0, 1.0, 0.0]);
        assert_eq!(relative, [Some(1.0), Some(1.0), None]);
        assert_eq!(jain_index(&relative), Some(1.0));
    }

    #[test]
    fn nothing_assigned_has_no_fairness() {
        let relative = relative_shares(&[0, 0], &[1.0, 1.0]);
        assert_eq!((max_to_mean(&relative), jain_index(&relative)), (None, None));
    }
}
