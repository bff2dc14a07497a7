//! The control interface: cases 87 to 96, and more of the table of errors (section 3.1).

use rustix::io::Errno;

use super::case::Case;
use crate::commands::{Command, Ended, server, service};

/// The service of the cases.
const SERVICE: &str = "198.51.100.10:80";
/// A service that is not there.
const NONE: &str = "198.51.100.11:80";
/// A server.
const SERVER: &str = "192.168.77.1:80";
/// The service flag of `-p`.
const PERSISTENT: u32 = 0x1;
/// The service flag that is the kernel's own.
const HASHED: u32 = 0x2;
/// The service flag of `sh-fallback`.
const FALLBACK: u32 = 0x8;

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    [numbered(), named()].concat()
}

fn numbered() -> Vec<Case> {
    vec![
        Case::new(87, "weight 0xffffffff is out of range").commands([
            Command::AddService(service(SERVICE)).succeeds(),
            Command::AddServer(server(SERVICE, SERVER).weight(0xffff_ffff)).fails(Errno::RANGE),
            Command::AddServer(server(SERVICE, SERVER).weight(0x7fff_ffff)).succeeds(),
            Command::EditServer(server(SERVICE, SERVER).weight(0x8000_0000)).fails(Errno::RANGE),
        ]),
        Case::new(88, "a lower threshold above the upper one is out of range").commands([
            Command::AddService(service(SERVICE)).succeeds(),
            Command::AddServer(server(SERVICE, SERVER).limits(0, 5)).fails(Errno::RANGE),
            Command::AddServer(server(SERVICE, SERVER).limits(5, 5)).succeeds(),
            Command::EditServer(server(SERVICE, SERVER).limits(4, 5)).fails(Errno::RANGE),
        ]),
        Case::new(89, "a server twice exists; on another port it is another one").commands([
            Command::AddService(service(SERVICE)).succeeds(),
            Command::AddServer(server(SERVICE, SERVER)).succeeds(),
            Command::AddServer(server(SERVICE, SERVER)).fails(Errno::EXIST),
            Command::AddServer(server(SERVICE, "192.168.77.1:81")).succeeds(),
            Command::CountServers(parsed(SERVICE)).tells(2),
        ]),
        Case::new(90, "servers of an unknown service: no such process; unknown servers: no such entry")
            .commands([
                Command::AddServer(server(NONE, SERVER)).fails(Errno::SRCH),
                Command::EditServer(server(NONE, SERVER)).fails(Errno::SRCH),
                Command::DeleteServer(parsed(NONE), parsed(SERVER)).fails(Errno::SRCH),
                Command::AddService(service(SERVICE)).succeeds(),
                Command::EditServer(server(SERVICE, SERVER)).fails(Errno::NOENT),
                Command::DeleteServer(parsed(SERVICE), parsed(SERVER)).fails(Errno::NOENT),
            ]),
        Case::new(91, "an unknown scheduler: no such entry").commands([
            Command::AddService(service(SERVICE).under("foo")).fails(Errno::NOENT),
            Command::AddService(service(SERVICE)).succeeds(),
            Command::EditService(service(SERVICE).under("foo")).fails(Errno::NOENT),
        ]),
        Case::new(92, "an IPv6 service has a prefix of 1 to 128, even if it is not persistent").commands([
            Command::AddService(service("[2001:db8::1]:80").prefix(0)).fails(Errno::INVAL),
            Command::AddService(service("[2001:db8::1]:80").prefix(129)).fails(Errno::INVAL),
            Command::AddService(service("[2001:db8::1]:80").prefix(1)).succeeds(),
        ]),
        Case::new(93, "the servers of an unknown service are none, and that is no error")
            .commands([Command::CountServers(parsed(NONE)).tells(0)]),
        Case::new(94, "an edit of flags by mask clears only those in the mask").commands([
            Command::AddService(service(SERVICE).under("sh").flags(PERSISTENT | FALLBACK, u32::MAX))
                .succeeds(),
            Command::ReadFlags(parsed(SERVICE)).tells(PERSISTENT | HASHED | FALLBACK),
            Command::EditService(service(SERVICE).under("sh").flags(0, PERSISTENT)).succeeds(),
            Command::ReadFlags(parsed(SERVICE)).tells(HASHED | FALLBACK),
        ]),
        Case::new(95, "the kernel's own flag is taken from nobody").commands([
            Command::AddService(service(SERVICE).flags(HASHED, u32::MAX)).succeeds(),
            Command::ReadFlags(parsed(SERVICE)).tells(HASHED),
            Command::DeleteService(parsed(SERVICE)).succeeds(),
            Command::ReadFlags(parsed(SERVICE)).fails(Errno::SRCH),
        ]),
        Case::new(96, "an address of four bytes is that of sixteen").commands([
            Command::AddServiceShort(parsed(SERVICE)).succeeds(),
            Command::AddService(service(SERVICE)).fails(Errno::EXIST),
            Command::ReadFlags(parsed(SERVICE)).tells(HASHED),
        ]),
    ]
}

fn named() -> Vec<Case> {
    vec![
        Case::new("errors-services", "services twice, and unknown ones").commands([
            Command::AddService(service(SERVICE)).succeeds(),
            Command::AddService(service(SERVICE)).fails(Errno::EXIST),
            Command::EditService(service(NONE)).fails(Errno::SRCH),
            Command::DeleteService(parsed(NONE)).fails(Errno::SRCH),
        ]),
        Case::new("errors-threshold", "an upper threshold beyond 2^31-1: classic takes it, total does not")
            .commands([
                Command::AddService(service(SERVICE)).succeeds(),
                Command::AddServer(server(SERVICE, SERVER).limits(0x8000_0000, 0))
                    .ends_by(Ended::Done, Ended::Refused(Errno::INVAL.raw_os_error())),
            ]),
        Case::new(
            "errors-addresses",
            "a server's address is one host's, of the service's family unless tunnelled",
        )
        .commands([
            Command::AddService(service(SERVICE)).succeeds(),
            Command::AddServer(server(SERVICE, "0.0.0.0:80")).fails(Errno::INVAL),
            Command::AddServer(server(SERVICE, "224.0.0.1:80")).fails(Errno::INVAL),
            Command::AddServer(server(SERVICE, "255.255.255.255:80")).fails(Errno::INVAL),
            Command::AddServer(server(SERVICE, "[2001:db8::2]:80")).fails(Errno::INVAL),
            Command::AddServer(server(SERVICE, "[2001:db8::2]:80").tunnelled()).succeeds(),
        ]),
        Case::new("errors-order", "out of range comes before existing, and an unknown service before both")
            .commands([
                Command::AddServer(server(NONE, SERVER).weight(0xffff_ffff)).fails(Errno::SRCH),
                Command::AddService(service(SERVICE)).succeeds(),
                Command::AddServer(server(SERVICE, SERVER)).succeeds(),
                Command::AddServer(server(SERVICE, SERVER).weight(0xffff_ffff)).fails(Errno::RANGE),
                Command::EditServer(server(SERVICE, "192.168.77.9:80").weight(0xffff_ffff))
                    .fails(Errno::RANGE),
            ]),
    ]
}

fn parsed(address: &str) -> std::net::SocketAddr {
    address.parse().expect("a case's address")
}
