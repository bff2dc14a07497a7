//! Network namespaces of our own: unnamed, so that the kernel frees them with everything in them when the last
//! process that holds them ends, however it ends.
//!
//! Everything that is changed in the kernel is changed through a [`Namespace`]; none can be made of the one that the
//! program was started in.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space, unshare_unsafe};

/// A network namespace that this process made. It lives as long as this value or a socket that was opened in it.
#[derive(Debug)]
pub struct Namespace {
    handle: File,
}

/// Why there is no namespace.
#[derive(Debug, thiserror::Error)]
pub enum NamespaceError {
    /// Making one needs `CAP_SYS_ADMIN`.
    #[error(
        "a network namespace cannot be made without root: run as root, or let --vm boot a kernel of its own"
    )]
    NotPermitted,
    /// The kernel has no namespaces, or no `/proc`.
    #[error("a network namespace cannot be made: {0}")]
    Unavailable(#[source] io::Error),
    /// The new namespace is the one we started in.
    #[error("the new network namespace is the one that this program was started in; nothing was changed")]
    NotOurs,
}

impl From<io::Error> for NamespaceError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::PermissionDenied => Self::NotPermitted,
            _ => Self::Unavailable(error),
        }
    }
}

impl Namespace {
    /// An empty namespace: a loopback device that is down, and nothing else.
    ///
    /// # Errors
    /// See [`NamespaceError`].
    pub fn new() -> Result<Self, NamespaceError> {
        let ours = identity(&File::open("/proc/self/ns/net")?)?;
        let made = on_a_thread_of_its_own(|| -> io::Result<File> {
            // SAFETY: a new network namespace for this thread alone shares no memory, descriptors or file system state.
            #[allow(unsafe_code)]
            unsafe {
                unshare_unsafe(UnshareFlags::NEWNET)?;
            }
            File::open("/proc/thread-self/ns/net")
        })?;
        if identity(&made)? == ours {
            return Err(NamespaceError::NotOurs);
        }
        Ok(Self { handle: made })
    }

    /// A second handle to the same namespace.
    ///
    /// # Errors
    /// If there are no descriptors left.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self { handle: self.handle.try_clone()? })
    }

    /// Does `work` inside, on a thread of its own. Sockets and devices that it opens stay in the namespace.
    ///
    /// # Errors
    /// If the namespace cannot be entered.
    ///
    /// # Panics
    /// If `work` does.
    pub fn enter<T: Send>(&self, work: impl FnOnce() -> T + Send) -> io::Result<T> {
        on_a_thread_of_its_own(|| {
            move_into_link_name_space(self.handle.as_fd(), Some(LinkNameSpaceType::Network))?;
            Ok(work())
        })
    }
}

impl AsFd for Namespace {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.handle.as_fd()
    }
}

fn on_a_thread_of_its_own<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| match scope.spawn(work).join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

/// What tells one namespace from another: device and inode.
fn identity(namespace: &File) -> io::Result<(u64, u64)> {
    let stat = rustix::fs::fstat(namespace)?;
    Ok((stat.st_dev, stat.st_ino))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn devices() -> String {
        std::fs::read_to_string("/proc/thread-self/net/dev").expect("/proc is mounted")
    }

    #[test]
    fn a_new_namespace_is_empty_and_the_own_one_is_untouched() {
        let before = devices();
        let namespace = match Namespace::new() {
            Err(NamespaceError::NotPermitted) => return,
            made => made.expect("a namespace can be made"),
        };
        let inside = namespace.enter(devices).expect("it can be entered");
        assert_eq!(inside.lines().count(), 3, "two lines of header and the loopback device: {inside}");
        assert_eq!(devices(), before);
    }
}
