//! The schedulers against the kernel spec, the plain scan, and laws that all of them obey.

mod kernel_examples;
mod laws;
#[cfg(feature = "serde")]
mod names;
mod oracle;
mod plain_scan;
mod planes;
mod random_service;
mod service;
mod stability;
mod theory;
