//! Sysctls of a network namespace, through `/proc/sys/net`, which shows the settings of the reader's namespace.

use std::fs;
use std::io;

use crate::namespace::Namespace;

/// A sysctl that could not be set.
#[derive(Debug, thiserror::Error)]
#[error("sysctl {name} cannot be set to {value} in the lab's namespace: {error}")]
pub struct SysctlError {
    name: String,
    value: String,
    error: io::Error,
}

impl SysctlError {
    /// The kernel's error number, if it was the kernel that refused.
    pub(crate) fn errno(&self) -> Option<i32> {
        self.error.raw_os_error()
    }
}

/// Sets a sysctl of the network; one that this kernel does not have is left out.
///
/// # Errors
/// If the kernel refuses the value.
pub(crate) fn set(namespace: &Namespace, name: &str, value: &str) -> Result<(), SysctlError> {
    match namespace.enter(|| fs::write(file(name), value)).flatten() {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(SysctlError { name: name.to_owned(), value: value.to_owned(), error })
        }
        _ => Ok(()),
    }
}

/// The value of a sysctl of the network; `None` if this kernel does not have it.
pub(crate) fn get(namespace: &Namespace, name: &str) -> Option<String> {
    let value = namespace.enter(|| fs::read_to_string(file(name))).flatten().ok()?;
    Some(value.trim().to_owned())
}

fn file(name: &str) -> String {
    format!("/proc/sys/{}", name.replace('.', "/"))
}
