//! The order of kernel releases, and which one a version means.
//!
//! Numbers in them count as numbers, so 6.1.0-9 is older than 6.1.0-47. A version means the releases that begin with
//! it where a number ends: `6.1` is 6.1.0-47 and not 6.12. Cloud flavours come before others: they are small and have
//! what is needed.

use std::cmp::Ordering;

/// The release that `version` means: itself, or the newest that begins with it.
pub(super) fn best<'a>(version: &str, releases: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    releases.filter(|release| begins_with(release, version)).max_by(|a, b| {
        let rank =
            |release: &str| (release == version, release.contains("-cloud-"), !release.contains("-rt-"));
        rank(a).cmp(&rank(b)).then_with(|| order(a, b))
    })
}

/// Older to newer.
pub(super) fn order(a: &str, b: &str) -> Ordering {
    pieces(a).cmp(pieces(b))
}

fn begins_with(release: &str, version: &str) -> bool {
    let Some(rest) = release.strip_prefix(version) else { return false };
    let number_goes_on =
        version.ends_with(|c: char| c.is_ascii_digit()) && rest.starts_with(|c: char| c.is_ascii_digit());
    !version.is_empty() && !number_goes_on
}

/// Runs of digits, by value, and what is between them.
fn pieces(release: &str) -> impl Iterator<Item = (u64, &str)> {
    let mut rest = release;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        // A run of digits too long for a number is newer than any that is not.
        Some(if digits { (piece.parse().unwrap_or(u64::MAX), "") } else { (0, piece) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELEASES: [&str; 6] = [
        "6.1.0-9-cloud-amd64",
        "6.1.0-47-cloud-amd64",
        "6.1.0-50-amd64",
        "6.12.100+deb12-cloud-amd64",
        "6.12.99+deb12-cloud-amd64",
        "7.3.4+deb13-rt-amd64",
    ];

    #[test]
    fn a_version_means_the_newest_cloud_release_that_begins_with_it() {
        let best = |version| best(version, RELEASES.into_iter());
        assert_eq!(best("6.1"), Some("6.1.0-47-cloud-amd64"));
        assert_eq!(best("6.12"), Some("6.12.100+deb12-cloud-amd64"));
        assert_eq!(best("6"), Some("6.12.100+deb12-cloud-amd64"));
        assert_eq!(best("6.1.0-50"), Some("6.1.0-50-amd64"));
        assert_eq!(best("6.1.0-9-cloud-amd64"), Some("6.1.0-9-cloud-amd64"));
        assert_eq!(best("6.1.0-5"), None);
        assert_eq!(best("7.3"), Some("7.3.4+deb13-rt-amd64"));
        assert_eq!(best(""), None);
    }

    #[test]
    fn numbers_are_ordered_by_value() {
        assert_eq!(order("6.1.0-9", "6.1.0-47"), Ordering::Less);
        assert_eq!(order("6.12.100", "6.12.99"), Ordering::Greater);
        assert_eq!(order("6.1", "6.1.0"), Ordering::Less);
        assert_eq!(order("6.1", "6.1"), Ordering::Equal);
    }
}
