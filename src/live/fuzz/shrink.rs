//! Shrinking: the fewest events of a script for which model and kernel still part (delta debugging, Zeller and
//! Hildebrandt 2002, many candidates a machine).

use std::time::{Duration, Instant};

use ipvslab_live::Script;

use super::target::{Played, Target};
use crate::exit::Failure;

/// What is left of a script.
pub(super) struct Shrunk {
    /// The events that are left, by their numbers in the whole script.
    pub(super) events: Vec<usize>,
    pub(super) script: Script,
    pub(super) played: Played,
    /// Whether no single event can be left out any more.
    pub(super) smallest: bool,
}

/// Shrinks a script for which model and kernel part as `played` tells, for so long at most.
pub(super) fn shrink(
    target: &Target<'_>,
    whole: &Script,
    played: Played,
    budget: Duration,
) -> Result<Shrunk, Failure> {
    let all: Vec<usize> = (0..whole.events.len()).collect();
    let mut left = Shrunk { script: whole.clone(), events: all, played, smallest: false };
    left.end_at_the_difference(target, whole)?;
    let mut parts = 8.min(left.events.len());
    let started = Instant::now();
    while started.elapsed() < budget {
        let chunks = chunks(&left.events, parts);
        let candidates: Vec<Vec<usize>> =
            chunks.iter().map(|chunk| without(whole, &left.events, &[chunk])).collect();
        let found = left.differing(target, whole, &candidates)?;
        let spare: Vec<&[usize]> = found.iter().map(|(place, _)| chunks[*place]).collect();
        if spare.is_empty() {
            if parts >= left.events.len() {
                left.smallest = true;
                break;
            }
            parts = (2 * parts).min(left.events.len());
            continue;
        }
        // What can be spared one by one can perhaps be spared together.
        let together: Vec<Vec<usize>> =
            (2..=spare.len()).map(|count| without(whole, &left.events, &spare[..count])).collect();
        let best = left.differing(target, whole, &together)?.pop();
        let (events, played) = match best {
            Some((place, played)) => (together[place].clone(), played),
            None => {
                let (place, played) = found.into_iter().next().expect("one was found");
                (candidates[place].clone(), played)
            }
        };
        left = Shrunk { script: whole.only(&events), events, played, smallest: false };
        left.end_at_the_difference(target, whole)?;
        parts = parts.min(left.events.len()).max(1);
    }
    Ok(left)
}

impl Shrunk {
    /// Leaves out what is behind the first difference.
    fn end_at_the_difference(&mut self, target: &Target<'_>, whole: &Script) -> Result<(), Failure> {
        let Some(first) = self.played.first_event() else { return Ok(()) };
        if first + 1 < self.events.len() {
            let events = self.events[..=first].to_vec();
            let found = self.differing(target, whole, std::slice::from_ref(&events))?.pop();
            if let Some((_, played)) = found {
                *self = Self { script: whole.only(&events), events, played, smallest: false };
            }
        }
        Ok(())
    }

    /// The candidates for which model and kernel part, in order. One of which more events straddled a jiffy's edge
    /// than of this one proves nothing.
    fn differing(
        &self,
        target: &Target<'_>,
        whole: &Script,
        candidates: &[Vec<usize>],
    ) -> Result<Vec<(usize, Played)>, Failure> {
        let straddled = self.played.comparison.straddled;
        let scripts: Vec<Script> = candidates.iter().map(|events| whole.only(events)).collect();
        let played = target.play(&scripts)?.into_iter().enumerate();
        let differing = played.filter_map(|(place, played)| {
            let played = played.ok()?;
            let proves = !played.comparison.is_equal() && played.comparison.straddled <= straddled;
            proves.then_some((place, played))
        });
        Ok(differing.collect())
    }
}

/// Events in `parts` parts of about the same length.
fn chunks(events: &[usize], parts: usize) -> Vec<&[usize]> {
    events.chunks(events.len().div_ceil(parts.max(1)).max(1)).collect()
}

/// The events without some, and without those that make no sense then.
fn without(whole: &Script, events: &[usize], spared: &[&[usize]]) -> Vec<usize> {
    let kept = events.iter().copied().filter(|event| !spared.iter().any(|chunk| chunk.contains(event)));
    whole.sensible(&kept.collect::<Vec<_>>())
}
