//! A sweep on disk: its loads, each with its study.

use std::io;

use serde::{Deserialize, Serialize};

use crate::study::envelope::{StoredError, pack, unpack};
use crate::study::stored::{Stored, misfit};
use crate::sweep::loads::{LoadStudy, Sweep};

/// The name and version of the layout.
const STORED: &str = "ipvslab.sweep/2";

#[derive(Serialize, Deserialize)]
struct StoredLoad {
    factor: f64,
    arrivals_per_s: f64,
    load_ratio: f64,
    study: Stored,
}

/// The bytes of `sweep.bin`.
///
/// # Errors
/// If the sweep does not fit into memory twice.
pub fn store_sweep(sweep: &Sweep) -> io::Result<Vec<u8>> {
    let load = |load: &LoadStudy| StoredLoad {
        factor: load.factor,
        arrivals_per_s: load.arrivals_per_s,
        load_ratio: load.load_ratio,
        study: Stored::of(&load.study),
    };
    let loads: Vec<StoredLoad> = sweep.loads.iter().map(load).collect();
    pack(STORED, &sweep.head().provenance.version, &loads)
}

/// The sweep in the bytes of `sweep.bin`.
///
/// # Errors
/// See [`StoredError`].
pub fn read_sweep(bytes: &[u8]) -> Result<Sweep, StoredError> {
    let stored: Vec<StoredLoad> = unpack(STORED, bytes)?;
    let load = |load: StoredLoad| {
        let StoredLoad { factor, arrivals_per_s, load_ratio, study } = load;
        Some(LoadStudy { factor, arrivals_per_s, load_ratio, study: study.study()? })
    };
    let loads = stored.into_iter().map(load).collect::<Option<Vec<LoadStudy>>>().ok_or_else(misfit)?;
    let is_alike = |load: &LoadStudy| {
        let (study, head) = (&load.study, &loads[0].study);
        study.schedulers == head.schedulers && study.servers.len() == head.servers.len()
    };
    let is_sound = !loads.is_empty() && loads.iter().all(is_alike);
    if is_sound { Ok(Sweep { loads }) } else { Err(misfit()) }
}
