//! The format that a log is said to have: `--from`, `--log-format`, `--map`, `--duration-unit`.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use ipvslab_scenarios::log::{
    Dialect, Durations, Format, FormatString, Given, Mapping, Says, Who, configured_as,
};

use crate::args::trace::{DurationUnit, Source};
use crate::exit::{Exit, Failure};

/// The largest configuration that is read.
const LARGEST: u64 = 16 << 20;

/// What the flags spell out.
pub(super) fn given(source: &Source) -> Result<Option<Given>, Failure> {
    let unit = match source.duration_unit {
        Some(DurationUnit::Of(unit)) => Some(unit),
        Some(DurationUnit::None) | None => None,
    };
    if let Some(map) = &source.map {
        let mapping: Mapping = map.parse().map_err(|error| usage(format!("error: --map: {error}")))?;
        return Ok(Some(Given::Map(Box::new(mapping.with_unit(unit)))));
    }
    let Some(text) = &source.log_format else { return Ok(None) };
    let said = match source.from {
        Some(format) => Some(format.dialect().ok_or_else(|| {
            usage(format!("error: --log-format: {} has no format strings; leave --from out", format.words()))
        })?),
        None => None,
    };
    let (text, dialect) = if let Some(place) = text.strip_prefix('@') {
        let found = configured(place)?;
        (found.0, said.or(Some(found.1)))
    } else if let Some((text, dialect)) = Format::named(text).and_then(Format::string) {
        (text.to_owned(), said.or(Some(dialect)))
    } else {
        (text.clone(), said)
    };
    let format = FormatString::parse(&text, Says { dialect, unit, who: source.who() })
        .map_err(|error| usage(format!("error: --log-format: {error}")))?;
    Ok(Some(Given::String(Box::new(format))))
}

/// What the flags say of durations.
pub(super) fn durations(source: &Source) -> Option<Durations> {
    source.duration_unit.map(|unit| match unit {
        DurationUnit::Of(unit) => Durations::Of(unit),
        DurationUnit::None => Durations::None,
    })
}

/// The format string of `nginx.conf:main`, and whose it is.
fn configured(place: &str) -> Result<(String, Dialect), Failure> {
    let fail = |message: String| Failure::new(Exit::InvalidInput, format!("error: --log-format: {message}"));
    // A colon may be a part of the file's name.
    let (path, name) = match place.rsplit_once(':') {
        Some((path, name)) if !Path::new(place).exists() => (path, Some(name)),
        _ => (place, None),
    };
    let shown = path.escape_debug();
    let unreadable = |error: std::io::Error| fail(format!("cannot read {shown}: {error}"));
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(fail(format!("{shown} is larger than 16 MiB")));
    }
    let text = String::from_utf8_lossy(&bytes);
    match configured_as(&text, path, name) {
        Ok(found) => Ok((found.text, found.dialect)),
        Err(error) => Err(fail(format!("{error}\nhelp: {}", error.help()))),
    }
}

fn usage(message: String) -> Failure {
    Failure::new(Exit::Usage, message)
}

impl Source {
    /// Which address is the client.
    pub(super) fn who(&self) -> Who {
        if self.client == crate::args::trace::Client::Forwarded { Who::Forwarded } else { Who::Peer }
    }
}
