//! Asking kernels in machines of their own, as many at once as there are cores.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ipvslab_live::kernels::{self, Kernel};
use ipvslab_live::vm::{self, Frame, Limits};
use ipvslab_live::{Answer, Order};
use serde::de::DeserializeOwned;

use super::args::Validate;
use crate::exit::{Exit, Failure};
use crate::print::talk;

/// The kernel that is booted when the command line names none.
const KERNEL: &str = "6.12";
