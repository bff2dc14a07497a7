//! The schedulers against the kernel spec, against laws that hold for all of them, and against the plain scan.

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
