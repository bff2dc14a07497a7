//! ipvsadm's options, and the taking apart of a line into them.

use std::ops::Range;

use crate::suggest::{nearest, printable};
use crate::table::Word;
use crate::table::refusal::Refusal;

/// What an option means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Meaning {
    AddService,
    AddServer,
    Set,
    TcpService,
    UdpService,
    SctpService,
    Mark,
    Ipv6,
    Scheduler,
    Persistent,
    Netmask,
    OnePacket,
    Engine,
    Flags,
    RealServer,
    DirectRoute,
    Tunnel,
    Masquerade,
    Weight,
    UpperThreshold,
    LowerThreshold,
    TunnelType,
    TunnelPort,
    NoChecksum,
    OwnChecksum,
    RemoteChecksum,
    /// A command that changes what is there, or its parts.
    Changes,
    /// A command that shows what is there, or its parts.
    Shows,
    /// The synchronisation of directors.
    Daemon,
}

/// Whether an option has a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Takes {
    Nothing,
    /// The next word, whatever it looks like.
    Value,
    /// The next word, unless it begins with `-`.
    MaybeValue,
}

/// An option as it may be written.
#[derive(Debug)]
pub(super) struct Spelling {
    short: Option<char>,
    long: &'static str,
    takes: Takes,
    pub(super) meaning: Meaning,
}

const fn option(short: Option<char>, long: &'static str, takes: Takes, meaning: Meaning) -> Spelling {
    Spelling { short, long, takes, meaning }
}

const OPTIONS: [Spelling; 52] = {
    use Meaning::{
        AddServer, AddService, Changes, Daemon, DirectRoute, Engine, Flags, Ipv6, LowerThreshold, Mark,
        Masquerade, Netmask, NoChecksum, OnePacket, OwnChecksum, Persistent, RealServer, RemoteChecksum,
        Scheduler, SctpService, Set, Shows, TcpService, Tunnel, TunnelPort, TunnelType, UdpService,
        UpperThreshold, Weight,
    };
    use Takes::{MaybeValue, Nothing, Value};
    [
        option(Some('A'), "add-service", Nothing, AddService),
        option(Some('a'), "add-server", Nothing, AddServer),
        option(None, "set", Nothing, Set),
        option(Some('t'), "tcp-service", Value, TcpService),
        option(Some('u'), "udp-service", Value, UdpService),
        option(None, "sctp-service", Value, SctpService),
        option(Some('f'), "fwmark-service", Value, Mark),
        option(Some('6'), "ipv6", Nothing, Ipv6),
        option(Some('s'), "scheduler", Value, Scheduler),
        option(Some('p'), "persistent", MaybeValue, Persistent),
        option(Some('M'), "netmask", Value, Netmask),
        option(Some('o'), "ops", Nothing, OnePacket),
        option(None, "pe", Value, Engine),
        option(Some('b'), "sched-flags", Value, Flags),
        option(Some('r'), "real-server", Value, RealServer),
        option(Some('g'), "gatewaying", Nothing, DirectRoute),
        option(Some('i'), "ipip", Nothing, Tunnel),
        option(Some('m'), "masquerading", Nothing, Masquerade),
        option(Some('w'), "weight", Value, Weight),
        option(Some('x'), "u-threshold", Value, UpperThreshold),
        option(Some('y'), "l-threshold", Value, LowerThreshold),
        option(None, "tun-type", Value, TunnelType),
        option(None, "tun-port", Value, TunnelPort),
        option(None, "tun-nocsum", Nothing, NoChecksum),
        option(None, "tun-csum", Nothing, OwnChecksum),
        option(None, "tun-remcsum", Nothing, RemoteChecksum),
        option(Some('E'), "edit-service", Nothing, Changes),
        option(Some('D'), "delete-service", Nothing, Changes),
        option(Some('C'), "clear", Nothing, Changes),
        option(Some('Z'), "zero", Nothing, Changes),
        option(Some('e'), "edit-server", Nothing, Changes),
        option(Some('d'), "delete-server", Nothing, Changes),
        option(Some('R'), "restore", Nothing, Changes),
        option(Some('S'), "save", Nothing, Shows),
        option(Some('L'), "list", Nothing, Shows),
        option(Some('l'), "list", Nothing, Shows),
        option(Some('h'), "help", Nothing, Shows),
        option(Some('v'), "version", Nothing, Shows),
        option(Some('n'), "numeric", Nothing, Shows),
        option(Some('c'), "connection", Nothing, Shows),
        option(None, "timeout", Nothing, Shows),
        option(None, "daemon", Nothing, Shows),
        option(None, "stats", Nothing, Shows),
        option(None, "rate", Nothing, Shows),
        option(None, "thresholds", Nothing, Shows),
        option(None, "persistent-conn", Nothing, Shows),
        option(None, "exact", Nothing, Shows),
        option(None, "nosort", Nothing, Shows),
        option(None, "start-daemon", Value, Daemon),
        option(None, "stop-daemon", Value, Daemon),
        option(None, "mcast-interface", Value, Daemon),
        option(None, "syncid", Value, Daemon),
    ]
};

/// An option that was given.
#[derive(Debug)]
pub(super) struct Given<'a> {
    pub(super) meaning: Meaning,
    /// As it was written.
    pub(super) name: String,
    pub(super) value: Option<Word<'a>>,
    /// The option without its value.
    pub(super) span: Range<usize>,
}

/// A line taken apart.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// Its options, the command first.
    pub(super) given: Vec<Given<'a>>,
    /// Words that belong to no option.
    pub(super) bare: Vec<Word<'a>>,
}

/// Takes the words of a line apart.
pub(super) fn take_apart<'a>(words: &[Word<'a>]) -> Result<Line<'a>, Refusal> {
    let mut line = Line { given: Vec::new(), bare: Vec::new() };
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if let Some(long) = word.text.strip_prefix("--").filter(|long| !long.is_empty()) {
            let (name, inline) = match long.split_once('=') {
                Some((name, value)) => (name, Some(part(word, value))),
                None => (long, None),
            };
            let spelling = OPTIONS.iter().find(|spelling| spelling.long == name);
            let spelling = spelling.ok_or_else(|| unknown(word, &format!("--{name}")))?;
            if spelling.takes == Takes::Nothing && inline.is_some() {
                return Err(Refusal::new(format!("`--{name}` takes no value")).at(&word.span));
            }
            line.push(spelling, format!("--{name}"), word.span.clone(), inline, &mut rest)?;
        } else if let Some(cluster) = word.text.strip_prefix('-').filter(|cluster| !cluster.is_empty()) {
            for (at, letter) in cluster.char_indices() {
                let spelling = OPTIONS.iter().find(|spelling| spelling.short == Some(letter));
                let spelling = spelling.ok_or_else(|| unknown(word, &format!("-{letter}")))?;
                let after = &cluster[at + letter.len_utf8()..];
                let takes_more = spelling.takes != Takes::Nothing;
                let inline = (takes_more && !after.is_empty()).then(|| part(word, after));
                let end = inline.as_ref().map_or(word.span.end, |inline| inline.span.start);
                line.push(spelling, format!("-{letter}"), word.span.start..end, inline, &mut rest)?;
                if takes_more {
                    break;
                }
            }
        } else {
            line.bare.push(word.clone());
        }
    }
    Ok(line)
}

impl<'a> Line<'a> {
    /// Adds an option, with the next word as its value if it takes one and has none yet.
    fn push<'w>(
        &mut self,
        spelling: &Spelling,
        name: String,
        span: Range<usize>,
        inline: Option<Word<'a>>,
        rest: &mut (impl Iterator<Item = &'w Word<'a>> + Clone),
    ) -> Result<(), Refusal>
    where
        'a: 'w,
    {
        let mut next_unless = |refused: fn(&str) -> bool| {
            let next = rest.clone().next().filter(|next| !refused(next.text)).cloned();
            next.inspect(|_| {
                rest.next();
            })
        };
        let value = match (spelling.takes, inline) {
            (_, Some(inline)) => Some(inline),
            (Takes::Nothing, None) => None,
            (Takes::MaybeValue, None) => next_unless(|text| text.starts_with('-')),
            (Takes::Value, None) => {
                let missing = || Refusal::new(format!("`{name}` needs a value")).at(&span);
                Some(next_unless(|_| false).ok_or_else(missing)?)
            }
        };
        self.given.push(Given { meaning: spelling.meaning, name, value, span });
        Ok(())
    }
}

/// The end of a word, `text`, as a word of its own.
fn part<'a>(word: &Word<'a>, text: &'a str) -> Word<'a> {
    Word { text, span: word.span.end - text.len()..word.span.end }
}

fn unknown(word: &Word<'_>, name: &str) -> Refusal {
    let refusal = Refusal::new(format!("unknown option `{}`", printable(name, 60))).at(&word.span);
    // A single letter is near to everything.
    let long = OPTIONS.iter().map(|spelling| spelling.long);
    match name.strip_prefix("--").and_then(|name| nearest(name, long)) {
        Some(near) => refusal.help(format!("did you mean `--{near}`?")),
        None => refusal.help("-A, -a and --set are read, with the options that ipvsadm 1.31 knows for them"),
    }
}
