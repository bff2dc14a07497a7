//! What follows a service's address in a listing: `rr (flag-1) persistent 300 mask 255.255.255.0 pe sip ops`.

use std::net::Ipv4Addr;

use ipvslab_schedulers::{SchedulerKind, Span};
use ipvslab_sim::{Persistence, Reached, ServiceKey};

use super::plain;
use super::proc::hexadecimal;
use super::row::ServiceRow;
use super::section::Section;
use crate::netmask::prefix_of;
use crate::problem::Problem;
use crate::suggest::printable;
use crate::table::refusal::Refusal;
use crate::table::rules::{LONGEST_S, Once};
use crate::table::word::{engine, netmask, number, scheduler, scheduler_flag, unknown};
use crate::table::{Checksum, Encapsulation, Service, Word};

/// Ticks a second of the kernels that distributions build, most common first.
const TICKS: [(u32, &str); 4] =
    [(250, "Debian, Ubuntu"), (1000, "Fedora, RHEL, Arch"), (100, "many in the cloud"), (300, "few")];

/// Reads a service; what the output does not say is warned of.
pub(super) fn read(
    row: &ServiceRow<'_>,
    section: Section,
    warned: &mut Once,
    warnings: &mut Vec<Problem>,
) -> Result<Service, Refusal> {
    let Some((name, rest)) = row.rest.split_first() else {
        return Err(Refusal::new("the scheduler is missing").at(&row.span));
    };
    let mut service = plain(row.key, scheduler(name)?);
    let is_proc = section == Section::Proc;
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match word.text {
            "persistent" if is_proc => {
                let (ticks, mask) = (value(word, words.next())?, value(word, words.next())?);
                service.persistence = Some(ticking(&ticks, &mask, &service, warned, warnings)?);
            }
            "persistent" => {
                let seconds = number(&value(word, words.next())?, "seconds", 1..=LONGEST_S)?;
                let prefix = if service.is_ipv6() { 128 } else { 32 };
                service.persistence = Some(Persistence { timeout: Span::from_secs(seconds.into()), prefix });
            }
            "mask" => {
                let mask = value(word, words.next())?;
                let prefix = netmask(&mask, service.is_ipv6())?;
                match &mut service.persistence {
                    Some(persistence) => persistence.prefix = prefix,
                    None => return Err(Refusal::new("a mask without persistence").at(&mask.span)),
                }
            }
            "pe" => service.engine = Some(engine(&value(word, words.next())?)?),
            "ops" => service.one_packet = true,
            flags if flags.starts_with('(') && flags.ends_with(')') => {
                for name in flags[1..flags.len() - 1].split(',') {
                    service.flags.0[scheduler_flag(&Word { text: name, span: word.span.clone() })?] = true;
                }
            }
            _ => return Err(unknown(word, "part of a service", &["persistent", "mask", "pe", "ops"])),
        }
    }
    if is_proc {
        unsaid(&service, name, warned, warnings);
    }
    Ok(service)
}

/// The value of a word.
fn value<'a>(word: &Word<'_>, next: Option<&Word<'a>>) -> Result<Word<'a>, Refusal> {
    next.cloned()
        .ok_or_else(|| Refusal::new(format!("`{}` has no value", printable(word.text, 60))).at(&word.span))
}

/// The persistence that the kernel shows: in ticks, which are a kernel's own, and a mask in hexadecimal.
fn ticking(
    ticks: &Word<'_>,
    mask: &Word<'_>,
    service: &Service,
    warned: &mut Once,
    warnings: &mut Vec<Problem>,
) -> Result<Persistence, Refusal> {
    let count = number(ticks, "ticks", 1..=u32::MAX)?;
    let fits = |rate: u32| count % rate == 0 && count / rate <= LONGEST_S;
    let fitting: Vec<(u32, &str)> = TICKS.into_iter().filter(|&(rate, _)| fits(rate)).collect();
    let &[(rate, _), ref others @ ..] = fitting.as_slice() else {
        let message = format!("found {count} ticks, which is not a whole number of seconds for any HZ");
        return Err(Refusal::new(message).at(&ticks.span).help("`ipvsadm -Ln` shows seconds"));
    };
    if !others.is_empty() && warned.is_first("ticks") {
        let read = fitting
            .iter()
            .map(|(rate, who)| format!("{} s at {rate} Hz ({who})", count / rate))
            .collect::<Vec<_>>();
        let message = format!(
            "the kernel shows persistence in ticks: {count} are {}; the first is taken",
            read.join(", ")
        );
        warnings.push(Problem::warning("", message).at(&ticks.span).help("`ipvsadm -Ln` shows seconds"));
    }
    let bits = hexadecimal(mask.text).and_then(|bits| u32::try_from(bits).ok());
    let prefix = bits.and_then(|bits| match service.is_ipv6() {
        true => u8::try_from(bits.swap_bytes()).ok().filter(|prefix| (1..=128).contains(prefix)),
        false => prefix_of(Ipv4Addr::from(bits)),
    });
    let prefix = prefix.ok_or_else(|| {
        let message = format!(
            "found `{}`, expected a mask in hexadecimal with all ones in front",
            printable(mask.text, 60)
        );
        Refusal::new(message).at(&mask.span)
    })?;
    Ok(Persistence { timeout: Span::from_secs((count / rate).into()), prefix })
}

/// Warns of what the kernel does not show and that changes decisions.
fn unsaid(service: &Service, name: &Word<'_>, warned: &mut Once, warnings: &mut Vec<Problem>) {
    let mut say = |kind: &'static str, message: String| {
        if warned.is_first(kind) {
            let problem = Problem::warning("", message).at(&name.span);
            warnings.push(problem.help("`ipvsadm -Ln` shows it"));
        }
    };
    if matches!(service.scheduler, SchedulerKind::Sh | SchedulerKind::Mh) {
        say("flags", format!("/proc/net/ip_vs does not show the flags of {}", service.scheduler));
    }
    if matches!(service.key, ServiceKey { reached: Reached::Mark { .. }, .. }) {
        say("family", "/proc/net/ip_vs does not show whether a mark is of IPv4 or IPv6; that of its first server is taken".to_owned());
    }
}

/// `ipip`, `gue:6080:-c`, `gre:-c`: with `-c` without checksums, with `+c` with them, with `r+c` with remote ones.
pub(super) fn encapsulation(word: &Word<'_>) -> Result<Encapsulation, Refusal> {
    let bad = || unknown(word, "tunnel", &["ipip", "gue:PORT:-c", "gre:-c"]);
    let checksum = |text: &str| match text {
        "-c" => Some(Checksum::None),
        "+c" => Some(Checksum::Own),
        "r+c" => Some(Checksum::Remote),
        _ => None,
    };
    let parts: Vec<&str> = word.text.split(':').collect();
    match parts.as_slice() {
        ["ipip"] => Ok(Encapsulation::Ipip),
        ["gue", port, sum] => {
            let port = port.parse::<u16>().ok().filter(|port| *port > 0);
            let (port, checksum) = port.zip(checksum(sum)).ok_or_else(bad)?;
            Ok(Encapsulation::Gue { port, checksum })
        }
        ["gre", sum] => {
            checksum(sum).filter(|sum| *sum != Checksum::Remote).map(Encapsulation::Gre).ok_or_else(bad)
        }
        _ => Err(bad()),
    }
}
