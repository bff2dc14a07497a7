use std::collections::BTreeSet;

use ipvslab_schedulers::{KernelProfile, Time};
use ipvslab_sim::{TimerClock, Wheel};

use super::case::Play;
use super::check::Answers;
use super::*;

/// Plays every script on the model, and names what did not come true.
fn failing(profile: KernelProfile, clock: TimerClock) -> Vec<String> {
    let mut failing = Vec::new();
    for case in cases() {
        let Play::Script(scripted) = &case.play else { continue };
        let times = scripted.script.events.iter().map(|event| Time::from_nanos(event.at_ns));
        let answers = Answers::of_model(&scripted.script, profile, clock, times);
        let unmet = scripted.expected(profile.accounting).filter(|it| !scripted.is_met(it, &answers));
        failing.extend(unmet.map(|it| {
            let (wanted, found) = (scripted.wanted(&it.what), scripted.found(it, &answers));
            format!("case {}, event {}: {wanted}, found {found}", case.id, it.event)
        }));
    }
    failing
}

#[test]
fn the_model_does_what_every_case_says() {
    let clocks = [TimerClock::Exact, TimerClock::Wheel(Wheel::new(250, 4_294_893_664))];
    for profile in [KernelProfile::CLASSIC, KernelProfile::TOTAL] {
        for clock in clocks {
            let failing = failing(profile, clock);
            assert!(failing.is_empty(), "{} under {clock:?}:\n{}", profile.accounting, failing.join("\n"));
        }
    }
}

#[test]
fn all_96_cases_are_there_and_no_name_comes_twice() {
    let cases = cases();
    for number in 1..=96_u16 {
        let name = number.to_string();
        assert!(cases.iter().any(|case| case.is_called(&name)), "case {number} is missing");
    }
    let names: BTreeSet<String> = cases.iter().map(|case| case.id.to_string()).collect();
    assert_eq!(names.len(), cases.len());
}

#[test]
fn a_number_calls_its_parts_and_a_name_only_itself() {
    let called = |name: &str| cases().iter().filter(|case| case.is_called(name)).count();
    assert_eq!((called("71"), called("71b"), called("udp-timeout"), called("udp")), (4, 1, 1, 0));
}

#[test]
fn what_does_not_come_true_is_noticed() {
    let case = cases().into_iter().find(|case| case.is_called("7")).expect("case 7");
    let Play::Script(scripted) = &case.play else { panic!("case 7 is a script") };
    let times = scripted.script.events.iter().map(|event| Time::from_nanos(event.at_ns));
    let mut answers = Answers::of_model(&scripted.script, KernelProfile::TOTAL, TimerClock::Exact, times);
    answers.outcomes.swap(0, 1);
    let expected = scripted.expected(KernelProfile::TOTAL.accounting);
    assert_eq!(expected.filter(|it| !scripted.is_met(it, &answers)).count(), 2);
}
