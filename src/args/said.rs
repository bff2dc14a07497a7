//! What the command line says otherwise than a scenario file.

use clap::Args;
use ipvslab_scenarios::Setting;

/// Changes of keys, in the order in which they are made.
#[derive(Debug, Args)]
pub(crate) struct Said {
    /// Change a key of the scenario, such as servers.web.count=6 or work.lognormal.mean=50ms; may be given several times
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) settings: Vec<Setting>,
}
