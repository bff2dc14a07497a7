//! The TAP device: what is written to it arrives at the director, what the director sends is read from it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use crate::namespace::Namespace;

/// The device's name in its namespace.
pub(crate) const NAME: &str = "lab0";

/// Writing runs the kernel's receive path to its end, so what it forwards can be read when `write` returns.
#[derive(Debug)]
pub(crate) struct Tap {
    device: File,
}

impl Tap {
    /// Makes the device, which lives as long as this value.
    pub(crate) fn new(namespace: &Namespace) -> io::Result<Self> {
        let device = namespace.enter(|| {
            let device = OpenOptions::new().read(true).write(true).open("/dev/net/tun")?;
            name(&device)?;
            Ok::<_, io::Error>(device)
        })??;
        fcntl_setfl(&device, fcntl_getfl(&device)? | OFlags::NONBLOCK)?;
        Ok(Self { device })
    }

    /// Sends a frame to the director.
    pub(crate) fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        self.device.write(frame).map(drop)
    }

    /// The next frame that the director has sent; `None` if there is none.
    pub(crate) fn receive<'a>(&mut self, buffer: &'a mut [u8]) -> io::Result<Option<&'a [u8]>> {
        match self.device.read(buffer) {
            Ok(length) => Ok(Some(&buffer[..length])),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// `TUNSETIFF`: makes a TAP device of the open file.
#[allow(unsafe_code)]
fn name(device: &impl AsFd) -> io::Result<()> {
    use rustix::ioctl::{Setter, ioctl, opcode};
    const TUNSETIFF: rustix::ioctl::Opcode = opcode::write::<core::ffi::c_int>(b'T', 202);
    const IFF_TAP: u16 = 0x0002;
    const IFF_NO_PI: u16 = 0x1000;
    /// `struct ifreq`: a name, and flags in a union of 24 bytes.
    #[repr(C)]
    struct Request {
        name: [u8; 16],
        flags: u16,
        rest: [u8; 22],
    }
    let mut request = Request { name: [0; 16], flags: IFF_TAP | IFF_NO_PI, rest: [0; 22] };
    request.name[..NAME.len()].copy_from_slice(NAME.as_bytes());
    // SAFETY: TUNSETIFF reads a `struct ifreq` (40 bytes on 64-bit Linux), which `Request` has the layout of.
    unsafe { ioctl(device, Setter::<TUNSETIFF, Request>::new(request))? };
    Ok(())
}
