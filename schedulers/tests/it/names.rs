//! Schedulers travel by the names that ipvsadm takes.

use ipvslab_schedulers::SchedulerKind;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

#[test]
fn every_scheduler_is_read_by_its_name_and_by_no_other() {
    let read = |name: &'static str| {
        let text: StrDeserializer<'_, Error> = name.into_deserializer();
        SchedulerKind::deserialize(text).ok()
    };
    for kind in SchedulerKind::ALL.into_iter().chain(SchedulerKind::BASELINES) {
        assert_eq!(read(kind.name()), Some(kind));
    }
    assert_eq!(read("least-connection"), None);
}
