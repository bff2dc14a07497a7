use core::net::Ipv4Addr;

use super::*;

fn cache(kind: LocalityCache) -> Locality<u32> {
    Locality::new(&KernelProfile { locality_cache: kind, ..KernelProfile::CLASSIC }, Time::ZERO)
}

fn address(number: u32) -> IpAddr {
    Ipv4Addr::from_bits(0x0a00_0000 + number).into()
}

fn minutes(minutes: u64) -> Time {
    Time::ZERO + Span::from_secs(60 * minutes)
}

/// The addresses still in the cache, seen without using them.
fn held(cache: &Locality<u32>) -> usize {
    cache.chains.iter().map(Vec::len).sum()
}

#[test]
fn unused_entry_leaves_at_the_first_full_check_after_a_day() {
    for (first_use_s, leaves_min) in [(0, 1440), (1, 1470), (30 * 60, 1470), (30 * 60 + 1, 1500)] {
        let mut cache = cache(LocalityCache::Capped);
        let first_use = Time::ZERO + Span::from_secs(first_use_s);
        cache.collect(first_use);
        cache.insert(address(1), 7, first_use);
        cache.collect(minutes(leaves_min - 1));
        assert_eq!(held(&cache), 1, "first used at {first_use_s} s");
        cache.collect(minutes(leaves_min));
        assert_eq!((held(&cache), cache.entries()), (0, 0), "first used at {first_use_s} s");
    }
}

#[test]
fn a_hit_counts_as_a_use() {
    let mut cache = cache(LocalityCache::Capped);
    cache.insert(address(1), 7, Time::ZERO);
    cache.collect(minutes(1000));
    assert_eq!(cache.hit(address(1), minutes(1000)).copied(), Some(7));
    cache.collect(minutes(2430));
    assert_eq!(held(&cache), 1);
    cache.collect(minutes(2440 / 30 * 30 + 30));
    assert_eq!(held(&cache), 0);
}

#[test]
fn capped_cache_takes_no_entry_beyond_24_576() {
    let mut capped = cache(LocalityCache::Capped);
    let mut unbounded = cache(LocalityCache::Unbounded);
    for number in 0..25_000 {
        capped.insert(address(number), 1, Time::ZERO);
        unbounded.insert(address(number), 1, Time::ZERO);
    }
    assert_eq!((held(&capped), capped.entries()), (24_576, 24_576));
    assert_eq!((held(&unbounded), unbounded.entries()), (25_000, 25_000));
    // A known address can still be mapped anew.
    capped.replace(address(0), 2, Time::ZERO);
    assert_eq!(capped.hit(address(0), Time::ZERO).copied(), Some(2));
}

#[test]
fn replacing_an_entry_counts_twice_before_the_fix() {
    for (kind, entries) in [(LocalityCache::Unbounded, 2), (LocalityCache::Capped, 1)] {
        let mut cache = cache(kind);
        cache.insert(address(1), 7, Time::ZERO);
        cache.replace(address(1), 8, Time::ZERO);
        assert_eq!((held(&cache), cache.entries()), (1, entries), "{kind:?}");
    }
}

#[test]
fn crowded_cache_forgets_a_third_more_than_its_excess_after_six_minutes() {
    let mut cache = cache(LocalityCache::Capped);
    for number in 0..20_000 {
        cache.insert(address(number), 1, Time::ZERO + Span::from_nanos(1));
    }
    // At 6 minutes the entries are a nanosecond too young; ticks above the limit do not count towards the full one.
    cache.collect(minutes(6));
    assert_eq!((held(&cache), cache.counter), (20_000, 1));
    cache.collect(minutes(7));
    let goal = (20_000 - 16_384) * 4 / 3;
    let forgotten = 20_000 - held(&cache);
    let longest_chain = cache.chains.iter().map(Vec::len).max().unwrap_or(0);
    assert!((goal..goal + longest_chain).contains(&forgotten), "goal {goal}, forgotten {forgotten}");
    assert_eq!(cache.entries(), held(&cache) as i64);
    // What is left is below the limit: the ticks count again, from where they stopped.
    let rover = cache.rover;
    cache.collect(minutes(8));
    assert_eq!((cache.counter, cache.rover), (2, rover));
}

#[test]
fn one_partial_check_forgets_at_most_8192_and_the_rest_of_a_chain() {
    let mut cache = cache(LocalityCache::Unbounded);
    for number in 0..50_000 {
        cache.insert(address(number), 1, Time::ZERO);
    }
    cache.collect(minutes(6));
    let forgotten = 50_000 - held(&cache);
    let longest_chain = 50_000 / CHAINS * 2;
    assert!((8192..8192 + longest_chain).contains(&forgotten), "forgotten {forgotten}");
}

#[test]
fn ticks_made_up_for_late_do_the_same_as_ticks_in_time() {
    let mut late = cache(LocalityCache::Unbounded);
    for number in 0..30_000 {
        late.insert(address(number), 1, Time::ZERO + Span::from_nanos(u64::from(number) * 20_000_000));
    }
    let mut in_time = late.clone();
    for minute in 0..2_000 {
        in_time.collect(Time::ZERO + Span::from_nanos(TICK.as_nanos() * minute));
    }
    late.collect(minutes(1_999));
    assert_eq!(held(&late), held(&in_time));
    assert_eq!((late.entries, late.counter, late.rover), (in_time.entries, in_time.counter, in_time.rover));
}

#[test]
fn on_the_timer_wheel_ticks_come_later_and_later() {
    let wheel = TimerClock::Wheel(crate::wheel::Wheel::new(250, 0));
    let profile = KernelProfile {
        locality_expiration: Span::from_secs(5),
        locality_timer: wheel,
        ..KernelProfile::CLASSIC
    };
    let mut cache: Locality<u32> = Locality::new(&profile, Time::ZERO);
    // 60 s are 15,000 jiffies, in buckets of 512: every tick comes 15,360 jiffies after the one before, 61.44 s.
    let thirtieth = Time::ZERO + Span::from_millis(30 * 61_440);
    cache.insert(address(1), 7, minutes(30));
    cache.collect(Time::from_nanos(thirtieth.as_nanos() - 1));
    assert_eq!(held(&cache), 1);
    cache.collect(thirtieth);
    assert_eq!(held(&cache), 0);
}
