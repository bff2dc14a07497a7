//! What laws are about: work, which is a time, and sizes.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::quantity::Duration;
use crate::quoted::{Quoted, Text};
use crate::raw;
use crate::size::Size;

/// A quantity that connections bring, by a law of chance.
pub(crate) trait Amount: Text + Copy {
    /// The unit, for the schema.
    const UNIT: &'static str;
    /// The unit of what a number of a column stands for, for the schema.
    const UNIT_PER_NUMBER: &'static str;
    /// The parameter of the law that is always the same.
    const CONSTANT: &'static str;
    /// What zero is called.
    const NOTHING: &'static str;
    /// What is wrong with one for each object where there is one object only.
    const SAME: &'static str;
    /// The most that one connection may bring, in nanoseconds or bytes.
    const MOST: f64;
    /// The same as it is written.
    const AT_MOST: &'static str;
    /// The same in words, as a number in a column of a file is expected to be.
    const WITHIN: &'static str;
    /// The law that is always the same, as it is written.
    type Constant: DeserializeOwned + JsonSchema + Constant<Self>;
    /// How it comes from a trace.
    type Trace: DeserializeOwned + JsonSchema;

    /// In nanoseconds or bytes.
    fn amount(self) -> f64;
}

/// The parameter of a law that is always the same.
pub(crate) trait Constant<Q> {
    fn constant(&self) -> &Option<Quoted<Q>>;
}

impl Amount for Duration {
    const UNIT: &'static str = "time";
    const UNIT_PER_NUMBER: &'static str = "time per unit of the column";
    const CONSTANT: &'static str = "time";
    const NOTHING: &'static str = "no time at all";
    const SAME: &'static str = "would bring the same work";
    const MOST: f64 = 365.0 * 86_400e9;
    const AT_MOST: &'static str = "365d";
    const WITHIN: &'static str = "a finite number, and less than a year of work";
    type Constant = raw::ConstantTime;
    type Trace = raw::TraceWork;

    fn amount(self) -> f64 {
        self.nanos()
    }
}

impl Amount for Size {
    const UNIT: &'static str = "bytes";
    const UNIT_PER_NUMBER: &'static str = "bytes per unit of the column";
    const CONSTANT: &'static str = "size";
    const NOTHING: &'static str = "no byte at all";
    const SAME: &'static str = "would have the same size";
    const MOST: f64 = 4e9;
    const AT_MOST: &'static str = "4GB";
    const WITHIN: &'static str = "a finite number, and less than 4 GB";
    type Constant = raw::ConstantSize;
    type Trace = raw::TraceSize;

    fn amount(self) -> f64 {
        self.bytes()
    }
}
