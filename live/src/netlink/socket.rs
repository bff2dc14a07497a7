//! A netlink socket to the kernel of one namespace: a request, and all that is answered to it.

use std::ffi::{c_int, c_uint, c_void};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType};

use super::message::{aligned, kinds};
use super::{Attributes, Message, Messages, NetlinkError, Refusal, Request, flags};
use crate::namespace::Namespace;

/// Room for one datagram, in bytes. The kernel fills at most 32 KiB when it lists.
const BUFFER: usize = 64 * 1024;
/// How long an answer may take. The kernel answers within the request's own system call, so this is for those that
/// never come.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often a list that changed while it was read is read again.
const ATTEMPTS: u32 = 5;
/// The attribute of an acknowledgement that holds the kernel's words.
const NLMSGERR_ATTR_MSG: u16 = 1;

/// A socket that was opened inside a [`Namespace`], so that it cannot change the one the program was started in.
#[derive(Debug)]
pub(crate) struct Socket {
    descriptor: OwnedFd,
    sequence: u32,
    buffer: Vec<u8>,
}

/// An answer: a message that outlives the buffer it was received in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Answer {
    kind: u16,
    flags: u16,
    sequence: u32,
    body: Vec<u8>,
}

impl Answer {
    /// The message again.
    pub(crate) fn message(&self) -> Message<'_> {
        Message { kind: self.kind, flags: self.flags, sequence: self.sequence, body: &self.body }
    }
}

impl Socket {
    /// A socket for `protocol` (`None` for routing) in `namespace`.
    pub(crate) fn open(namespace: &Namespace, protocol: Option<Protocol>) -> Result<Self, NetlinkError> {
        let descriptor = namespace
            .enter(|| {
                rustix::net::socket_with(
                    AddressFamily::NETLINK,
                    SocketType::RAW,
                    SocketFlags::CLOEXEC,
                    protocol,
                )
            })
            .map_err(NetlinkError::Socket)??;
        // Connected to port 0, the kernel, it takes nobody else's messages.
        rustix::net::connect(&descriptor, &SocketAddrNetlink::new(0, 0))?;
        set_socket_timeout(&descriptor, Timeout::Recv, Some(PATIENCE))?;
        // Comfort only: readable errors, short ones, and checked questions. Kernels without them work as well.
        let _ = set_option(descriptor.as_fd(), NETLINK_EXT_ACK);
        let _ = set_option(descriptor.as_fd(), NETLINK_CAP_ACK);
        let _ = set_option(descriptor.as_fd(), NETLINK_GET_STRICT_CHK);
        Ok(Self { descriptor, sequence: 0, buffer: vec![0; BUFFER] })
    }

    /// Sends `request` and returns what the kernel said before its acknowledgement.
    pub(crate) fn request(&mut self, mut request: Request) -> Result<Vec<Answer>, NetlinkError> {
        request.set_flags(flags::ACK);
        self.exchange(&mut request)
    }

    /// Lists all that `request` asks for, in the kernel's order.
    pub(crate) fn dump(&mut self, mut request: Request) -> Result<Vec<Answer>, NetlinkError> {
        request.set_flags(flags::DUMP);
        for _ in 0..ATTEMPTS {
            let answers = self.exchange(&mut request)?;
            if !answers.iter().any(|answer| answer.flags & flags::DUMP_INTERRUPTED != 0) {
                return Ok(answers);
            }
        }
        Err(NetlinkError::Restless(ATTEMPTS))
    }

    /// Sends `requests` as one datagram, all or nothing, and waits for the acknowledgements of those that ask for one.
    pub(crate) fn batch(&mut self, requests: &mut [Request]) -> Result<(), NetlinkError> {
        let mut datagram = Vec::new();
        let first = self.sequence.wrapping_add(1);
        for request in &mut *requests {
            self.sequence = self.sequence.wrapping_add(1);
            datagram.extend_from_slice(request.sealed(self.sequence));
        }
        let awaited = requests.iter().filter(|request| request.flags() & flags::ACK != 0).count();
        rustix::net::send(&self.descriptor, &datagram, SendFlags::empty())?;
        self.collect(first, self.sequence, awaited).map(|_| ())
    }

    fn exchange(&mut self, request: &mut Request) -> Result<Vec<Answer>, NetlinkError> {
        self.sequence = self.sequence.wrapping_add(1);
        rustix::net::send(&self.descriptor, request.sealed(self.sequence), SendFlags::empty())?;
        self.collect(self.sequence, self.sequence, 1)
    }

    /// All answers to the requests `first..=last`, until `awaited` of them are acknowledged or at the end of their
    /// list. Others are stale: they belong to a request that was given up.
    fn collect(&mut self, first: u32, last: u32, awaited: usize) -> Result<Vec<Answer>, NetlinkError> {
        let mut answers = Vec::new();
        let mut finished = 0;
        while finished < awaited {
            let (_, received) =
                retry(|| rustix::net::recv(&self.descriptor, self.buffer.as_mut_slice(), RecvFlags::TRUNC))
                    .map_err(|errno| match errno {
                    Errno::AGAIN => NetlinkError::Silent(PATIENCE),
                    errno => errno.into(),
                })?;
            let datagram = self.buffer.get(..received).ok_or(super::Malformed::Length {
                what: "a datagram",
                length: received,
                available: BUFFER,
            })?;
            for message in Messages::new(datagram) {
                let message = message?;
                if message.sequence.wrapping_sub(first) > last.wrapping_sub(first) {
                    continue;
                }
                match message.kind {
                    kinds::NOOP => {}
                    kinds::ERROR | kinds::DONE => {
                        refusal(&message).map_or(Ok(()), |refusal| Err(NetlinkError::Refused(refusal)))?;
                        finished += 1;
                    }
                    kind => answers.push(Answer {
                        kind,
                        flags: message.flags,
                        sequence: message.sequence,
                        body: message.body.to_vec(),
                    }),
                }
            }
        }
        Ok(answers)
    }
}

/// What an acknowledgement or an end of list reports: a negative errno, or 0 (or nothing) for success.
fn refusal(message: &Message<'_>) -> Option<Refusal> {
    let (code, rest) = message.body.split_first_chunk::<4>()?;
    let errno = i32::from_ne_bytes(*code).checked_neg().filter(|&errno| (1..4096).contains(&errno))?;
    let text = (message.flags & flags::ACK_ATTRIBUTES != 0).then(|| words(message, rest)).flatten();
    Some(Refusal { errno: Errno::from_raw_os_error(errno), text })
}

/// The extended acknowledgement's text. Before its attributes an error repeats the request, or only its header.
fn words(message: &Message<'_>, rest: &[u8]) -> Option<String> {
    let repeated = match message.kind {
        kinds::ERROR if message.flags & flags::CAPPED != 0 => 16,
        kinds::ERROR => aligned(u32::from_ne_bytes(*rest.first_chunk::<4>()?) as usize),
        _ => 0,
    };
    let mut attributes = Attributes::new(rest.get(repeated..)?).map_while(Result::ok);
    attributes.find(|attribute| attribute.kind == NLMSGERR_ATTR_MSG).map(|attribute| attribute.string())
}

fn retry<T>(mut call: impl FnMut() -> Result<T, Errno>) -> Result<T, Errno> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            done => return done,
        }
    }
}

const SOL_NETLINK: c_int = 270;
const NETLINK_CAP_ACK: c_int = 10;
const NETLINK_EXT_ACK: c_int = 11;
const NETLINK_GET_STRICT_CHK: c_int = 12;

/// Turns a netlink option on; `rustix` does not know these.
fn set_option(socket: BorrowedFd<'_>, option: c_int) -> std::io::Result<()> {
    // SAFETY: the signature is that of setsockopt(2), which takes no ownership of what `value` points to.
    #[allow(unsafe_code)]
    unsafe extern "C" {
        /// setsockopt(2), from the C library that `std` links anyway.
        fn setsockopt(
            socket: c_int,
            level: c_int,
            option: c_int,
            value: *const c_void,
            length: c_uint,
        ) -> c_int;
    }
    let on: c_int = 1;
    // SAFETY: the descriptor is open for the length of the borrow; `value` points to `length` readable bytes, which
    // the kernel copies before it returns.
    #[allow(unsafe_code)]
    let code = unsafe {
        setsockopt(
            socket.as_raw_fd(),
            SOL_NETLINK,
            option,
            (&raw const on).cast::<c_void>(),
            size_of::<c_int>() as c_uint,
        )
    };
    if code == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::AttributeWriter;

    fn acknowledgement(errno: i32, repeated: &[u8], text: Option<&str>) -> Vec<u8> {
        let mut body = (-errno).to_ne_bytes().to_vec();
        body.extend_from_slice(repeated);
        if let Some(text) = text {
            AttributeWriter::new(&mut body).u32(2, 20).string(NLMSGERR_ATTR_MSG, text);
        }
        body
    }

    fn read(kind: u16, flags: u16, body: &[u8]) -> Option<Refusal> {
        refusal(&Message { kind, flags, sequence: 1, body })
    }

    #[test]
    fn error_zero_is_an_acknowledgement() {
        assert_eq!(read(kinds::ERROR, 0, &acknowledgement(0, &[0; 16], None)), None);
        assert_eq!(read(kinds::DONE, 0, &0_i32.to_ne_bytes()), None);
        assert_eq!(read(kinds::DONE, 0, &[]), None);
    }

    #[test]
    fn the_kernels_words_are_found_behind_the_repeated_request() {
        let header = Request::new(0x20, 0, &[1, 2, 3, 4, 5, 6, 7, 8]).sealed(1).to_vec();
        let text = Some("Unknown device type");
        let expected = Some(Refusal { errno: Errno::OPNOTSUPP, text: text.map(str::to_owned) });
        let full = acknowledgement(95, &header, text);
        assert_eq!(read(kinds::ERROR, flags::ACK_ATTRIBUTES, &full), expected);
        let capped = acknowledgement(95, &header[..16], text);
        assert_eq!(read(kinds::ERROR, flags::ACK_ATTRIBUTES | flags::CAPPED, &capped), expected);
        let done = acknowledgement(95, &[], text);
        assert_eq!(read(kinds::DONE, flags::ACK_ATTRIBUTES, &done), expected);
    }

    #[test]
    fn an_acknowledgement_that_is_cut_off_has_no_words_and_does_no_harm() {
        let header = Request::new(0x20, 0, &[]).sealed(1).to_vec();
        let whole = acknowledgement(22, &header, Some("no"));
        // The last byte is padding.
        for length in 0..whole.len() - 1 {
            if let Some(refusal) = read(kinds::ERROR, flags::ACK_ATTRIBUTES, &whole[..length]) {
                assert_eq!((refusal.raw_os_error(), refusal.text()), (22, None));
            }
        }
    }
}
