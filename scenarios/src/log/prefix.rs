//! What stands in front of the lines of a log when others have carried them: syslog (RFC 3164 and 5424, rsyslog's and
//! journald's files), containers (CRI, Docker's JSON files, `docker compose logs`, `kubectl logs`).

mod layer;

use std::borrow::Cow;

use self::layer::{Layer, Peeled};

/// How many layers are taken off at most.
const MOST_LAYERS: usize = 4;
/// What may be waiting for the rest of its line, in bytes.
const LONGEST: usize = 256 << 10;

/// What stands in front of the lines of a log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prefix {
    layers: Vec<Layer>,
    /// Beginnings of lines that a container's log has cut, of its two streams.
    begun: [String; 2],
    /// Whose lines are read, as syslog calls it.
    pub(crate) tag: Option<String>,
}

/// A line without what stood in front of it.
pub(crate) struct Bare<'a> {
    pub(crate) text: Cow<'a, str>,
    /// How many characters stood in front.
    pub(crate) in_front: usize,
    /// Whose line it is, as syslog calls it.
    pub(crate) tag: Option<&'a str>,
}

impl Prefix {
    /// What stands in front of most of these lines. A time alone is taken off only if `is_with_times`: lines of some formats
    /// begin with one.
    pub(crate) fn of<'a>(lines: impl Iterator<Item = &'a str>, is_with_times: bool) -> Self {
        let mut rest: Vec<Cow<'a, str>> = lines.map(Cow::Borrowed).collect();
        let mut layers = Vec::new();
        while layers.len() < MOST_LAYERS {
            let most = |layer: &&Layer| {
                2 * rest.iter().filter(|line| layer.peel(line).is_some()).count() > rest.len()
            };
            let wanted = Layer::ALL.iter().filter(|layer| is_with_times || **layer != Layer::Time);
            let Some(&layer) = wanted.clone().find(most) else { break };
            for line in &mut rest {
                if let Some(peeled) = layer.peel(line) {
                    *line = Cow::Owned(peeled.text.into_owned());
                }
            }
            layers.push(layer);
        }
        Self { layers, ..Self::default() }
    }

    /// Whether there is nothing in front.
    pub(crate) fn is_none(&self) -> bool {
        self.layers.is_empty()
    }

    /// What it is, in words.
    pub(crate) fn words(&self) -> String {
        self.layers.iter().map(|layer| layer.words()).collect::<Vec<_>>().join(", then ")
    }

    /// The line without what stands in front; `None` if the rest of it comes with the next one.
    pub(crate) fn strip<'a>(&mut self, line: &'a str) -> Option<Bare<'a>> {
        let mut text = Cow::Borrowed(line);
        let (mut in_front, mut tag) = (0, None);
        for layer in &self.layers {
            let Some(peeled) = peel(*layer, &text) else { continue };
            in_front += peeled.in_front;
            tag = peeled.tag.or(tag);
            if let Some(stream) = peeled.stream {
                let begun = &mut self.begun[stream];
                if peeled.is_cut && begun.len() < LONGEST {
                    begun.push_str(&peeled.text);
                    return None;
                }
                if !begun.is_empty() {
                    begun.push_str(&peeled.text);
                    text = Cow::Owned(std::mem::take(begun));
                    continue;
                }
            }
            text = peeled.text;
        }
        Some(Bare { text, in_front, tag })
    }
}

/// Takes a layer off what is borrowed or owned.
fn peel<'a>(layer: Layer, text: &Cow<'a, str>) -> Option<Peeled<'a>> {
    match text {
        Cow::Borrowed(text) => layer.peel(text),
        Cow::Owned(text) => {
            let peeled = layer.peel(text)?;
            Some(Peeled { text: Cow::Owned(peeled.text.into_owned()), tag: None, ..peeled })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "192.0.2.7 - - [05/Dec/2025:12:00:00 +0100] \"GET / HTTP/1.1\" 200 5";

    #[test]
    fn what_stands_in_front_is_taken_off() {
        for front in [
            "Dec  5 12:00:00 web1 nginx: ",
            "Dec 15 12:00:00 web1 nginx[12]: ",
            "Dec  5 2025 12:00:00 web1 nginx: ",
            "Dec 05 12:00:00.123456 web1 nginx[12]: ",
            "<190>Dec  5 12:00:00 nginx: ",
            "2025-12-05T12:00:00.123456+01:00 web1 nginx[12]: ",
            "2025-12-05T12:00:00+0100 web1 nginx[12]: ",
            "<134>1 2025-12-05T12:00:00.5Z web1 nginx 12 - - ",
            "<134>1 2025-12-05T12:00:00.5Z web1 nginx - ID1 [a@1 b=\"]\\\"\"][c@1] ",
            "2025-12-05T12:00:00.123456789+01:00 stdout F ",
            "web-1  | ",
            "[pod/web-5d/nginx] ",
            "web-1  | Dec  5 12:00:00 web1 nginx: ",
            "[pod/web-5d/nginx] 2025-12-05T12:00:00.123456789Z stdout F ",
        ] {
            let line = format!("{front}{LINE}");
            let mut prefix = Prefix::of([&*line, LINE, &*line].into_iter(), false);
            let bare = prefix.strip(&line).expect("a whole line");
            assert_eq!(bare.text, LINE, "{front}: {}", prefix.words());
            assert_eq!(bare.in_front, front.chars().count(), "{front}");
            assert_eq!(prefix.strip(LINE).expect("a whole line").text, LINE);
        }
    }

    #[test]
    fn a_time_alone_is_taken_off_when_asked() {
        let line = format!("2025-12-05T12:00:00.123456789Z {LINE}");
        let strip = |is_with_times| {
            Prefix::of([&*line].into_iter(), is_with_times).strip(&line).expect("a line").text.into_owned()
        };
        assert_eq!((strip(false), strip(true)), (line.clone(), LINE.to_owned()));
    }

    #[test]
    fn lines_in_json_are_unpacked() {
        let quoted = LINE.replace('"', "\\\"");
        for line in [
            format!("{{\"log\":\"{quoted}\\n\",\"stream\":\"stdout\",\"time\":\"2025-12-05T11:00:00Z\"}}"),
            format!("{{\"__REALTIME_TIMESTAMP\":\"1764932400000000\",\"MESSAGE\":\"{quoted}\"}}"),
        ] {
            let mut prefix = Prefix::of([&*line].into_iter(), false);
            assert_eq!(prefix.strip(&line).expect("a line").text, LINE);
        }
    }

    #[test]
    fn a_line_that_a_container_cut_is_put_together() {
        let front = "2025-12-05T12:00:00.1Z stdout";
        let (begin, end) = LINE.split_at(30);
        let lines = [
            format!("{front} P {begin}"),
            "2025-12-05T12:00:00.1Z stderr F x".to_owned(),
            format!("{front} F {end}"),
        ];
        let mut prefix = Prefix::of(lines.iter().map(String::as_str), false);
        assert!(prefix.strip(&lines[0]).is_none());
        assert_eq!(prefix.strip(&lines[1]).expect("a line").text, "x");
        assert_eq!(prefix.strip(&lines[2]).expect("a line").text, LINE);
    }

    #[test]
    fn lines_without_a_prefix_have_none() {
        for line in
            [LINE, "2015-05-13T23:39:43.9Z my-lb 192.168.131.39:2817 10.0.0.1:80 0.1", "{\"ts\":1}", "a | b"]
        {
            assert!(Prefix::of([line].into_iter(), false).is_none(), "{line}");
        }
    }
}
