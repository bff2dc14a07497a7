//! Who runs a case, and how often.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput};

/// How much a case does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Work {
    /// What one call of the routine does, in the things that its times are told for: connections, arrivals, decisions.
    pub elements: u64,
    /// How often callgrind sees the routine called. Criterion decides for itself.
    pub calls: u64,
}

/// The clock that cases are measured by.
pub struct Stopwatch(Kind);

enum Kind {
    Wall(Box<Criterion>),
    Counting,
}

impl Stopwatch {
    pub(crate) fn wall(criterion: Criterion) -> Self {
        Self(Kind::Wall(Box::new(criterion)))
    }

    /// For a program that runs under callgrind.
    pub(crate) fn counting() -> Self {
        Self(Kind::Counting)
    }

    /// Whether this is callgrind.
    pub fn is_counting(&self) -> bool {
        matches!(self.0, Kind::Counting)
    }

    /// `wall` elements by criterion, who has machines to itself, and `counted` by callgrind, which is fifty times as slow.
    pub fn elements(&self, wall: u64, counted: u64) -> u64 {
        if self.is_counting() { counted } else { wall }
    }

    /// A routine that can be called again and again; `name` is `group/case`.
    pub fn repeated<O>(&mut self, name: &str, work: Work, mut routine: impl FnMut() -> O) {
        match &mut self.0 {
            Kind::Wall(criterion) => {
                let (group, case) = split(name);
                let mut group = criterion.benchmark_group(group);
                group.throughput(Throughput::Elements(work.elements));
                group.bench_function(case, |bencher| bencher.iter(&mut routine));
            }
            Kind::Counting => {
                announce(name, work);
                counted_region(&mut || (0..work.calls).for_each(|_| drop(black_box(routine()))));
            }
        }
    }

    /// A routine that uses up what `set_up` makes; only the routine is measured.
    pub fn prepared<I, O>(
        &mut self,
        name: &str,
        work: Work,
        mut set_up: impl FnMut() -> I,
        mut routine: impl FnMut(&mut I) -> O,
    ) {
        match &mut self.0 {
            Kind::Wall(criterion) => {
                let (group, case) = split(name);
                let mut group = criterion.benchmark_group(group);
                group.throughput(Throughput::Elements(work.elements));
                group.bench_function(case, |bencher| {
                    bencher.iter_batched_ref(&mut set_up, &mut routine, BatchSize::LargeInput);
                });
            }
            Kind::Counting => {
                let mut inputs: Vec<I> = (0..work.calls).map(|_| set_up()).collect();
                announce(name, work);
                counted_region(&mut || inputs.iter_mut().for_each(|input| drop(black_box(routine(input)))));
            }
        }
    }

    pub(crate) fn end(self) {
        if let Kind::Wall(criterion) = self.0 {
            criterion.final_summary();
        }
    }
}

fn split(name: &str) -> (&str, &str) {
    name.split_once('/').unwrap_or((name, ""))
}

/// Tells the process that started this one which count comes next.
fn announce(name: &str, work: Work) {
    println!("{name},{}", work.elements * work.calls);
}

/// What callgrind counts: it is told to by this function's name.
#[inline(never)]
fn counted_region(work: &mut dyn FnMut()) {
    work();
    // Without anything after it, the call would be a jump, and this function's end not be seen.
    black_box(());
}
