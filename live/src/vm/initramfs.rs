//! What the guest finds when it boots: this program as init, the kernel's modules, and the request.
//!
//! Two archives one after the other: the second holds only the request. Both are in memory, in a file without a name,
//! so that nothing is left however the run ends.

use std::fs::File;
use std::io::{self, Write};

use rustix::fs::MemfdFlags;

use super::cpio::Archive;
use super::executable::Executable;
use super::modules::Module;

/// Where the guest finds the request.
pub(super) const REQUEST: &str = "/request";
/// Names of modules in the order in which they load, a line each.
pub(super) const MODULE_ORDER: &str = "/modules/order";

/// Where the guest finds a module.
pub(super) fn module_path(name: &str) -> String {
    format!("/modules/{name}.ko")
}

pub(super) fn build(executable: &Executable, modules: &[Module], request: &[u8]) -> io::Result<File> {
    let mut base = Archive::default();
    for directory in ["/dev", "/proc", "/sys", "/run", "/tmp"] {
        base.directory(directory);
    }
    // The kernel opens it for init before anything is mounted.
    base.device("/dev/console", (5, 1));
    executable.add_to(&mut base);
    for module in modules {
        base.file(&module_path(&module.name), &module.content);
    }
    let order: String = modules.iter().map(|module| format!("{}\n", module.name)).collect();
    base.file(MODULE_ORDER, order.as_bytes());

    let mut of_this_run = Archive::default();
    of_this_run.file(REQUEST, request);

    let mut file = in_memory("initramfs")?;
    file.write_all(&base.finish())?;
    file.write_all(&of_this_run.finish())?;
    Ok(file)
}

/// A file that has no name and ends with its last holder.
pub(super) fn in_memory(name: &str) -> io::Result<File> {
    Ok(rustix::fs::memfd_create(name, MemfdFlags::CLOEXEC)?.into())
}
