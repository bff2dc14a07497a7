//! `~SEQ(name, from, step, to) text` and `~LST(name, value, value) text`: a text again and again, each time with the next value.

use super::line::{BLANKS, Line};

/// The most times that a text is repeated.
const MOST: u64 = 65_536;

/// A text that is repeated.
#[derive(Debug)]
pub(super) struct Sequence {
    values: Values,
    text: Line,
}

/// The values that are left.
#[derive(Debug)]
enum Values {
    Numbers { name: String, next: i64, step: i64, left: u64, is_hex: bool },
    Listed { names: Vec<String>, rows: std::vec::IntoIter<Vec<String>> },
}

/// Why a sequence is none.
pub(super) type Bad = &'static str;

const SEQ: Bad =
    "expected `~SEQ(NAME, FROM, STEP, TO) text`, `~SEQ(NAME, FROM, TO) text` or `~SEQ(NAME, TO) text`";
const LST: Bad = "expected `~LST(NAME, VALUE, VALUE …) text` or `~LST({NAME, NAME}, {VALUE, VALUE} …) text`";

impl Sequence {
    /// Reads a line that begins with `~SEQ` or `~LST`; its arguments have their definitions replaced already.
    pub(super) fn read(line: &Line, arguments: &str) -> Result<Self, Bad> {
        let close = line.text().find(')').ok_or(SEQ)?;
        let behind = &line.text()[close + 1..];
        let start = line.text().len() - behind.trim_start_matches(BLANKS).len();
        let text = line.part(start..line.text().len());
        let values = if line.text().starts_with("~SEQ") { numbers(arguments)? } else { listed(arguments)? };
        Ok(Self { values, text })
    }

    /// The next names with their values, and the text; `None` at the end.
    pub(super) fn next(&mut self) -> Option<(Vec<(String, String)>, Line)> {
        let set = match &mut self.values {
            Values::Numbers { left: 0, .. } => return None,
            Values::Numbers { name, next, step, left, is_hex } => {
                let value = if *is_hex { format!("{next:x}") } else { next.to_string() };
                (*next, *left) = (next.saturating_add(*step), *left - 1);
                vec![(name.clone(), value)]
            }
            Values::Listed { names, rows } => {
                let row = rows.next()?;
                names.iter().cloned().zip(row).collect()
            }
        };
        Some((set, self.text.clone()))
    }
}

fn numbers(arguments: &str) -> Result<Values, Bad> {
    let (is_hex, rest) = match arguments.strip_prefix('x') {
        Some(rest) => (true, rest),
        None => (false, arguments),
    };
    let inner = rest.trim_start_matches(BLANKS).strip_prefix('(').ok_or(SEQ)?;
    let mut parts = inner.split(',').map(|part| part.trim_matches(BLANKS));
    let name = parts.next().filter(|name| !name.is_empty()).ok_or(SEQ)?;
    let numbers: Vec<i64> = parts.map(|part| number(part).ok_or(SEQ)).collect::<Result<_, _>>()?;
    let (from, step, to) = match *numbers.as_slice() {
        [to] => (if to < 0 { -1 } else { 1 }, if to < 1 { -1 } else { 1 }, to),
        [from, to] => (from, if from <= to { 1 } else { -1 }, to),
        [from, step, to] => (from, step, to),
        _ => return Err(SEQ),
    };
    if step == 0 || (from < to && step < 0) || (from > to && step > 0) {
        return Err("the steps never reach the end");
    }
    if is_hex && (from < 0 || to < 0) {
        return Err("`~SEQx` is for positive numbers");
    }
    let left = from.abs_diff(to) / step.unsigned_abs() + 1;
    if left > MOST {
        return Err("more than 65536 repetitions");
    }
    Ok(Values::Numbers { name: name.to_owned(), next: from, step, left, is_hex })
}

/// A number as C writes it: decimal, hexadecimal with `0x`, octal with `0`.
fn number(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let value = match digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
        Some(hex) => i64::from_str_radix(hex, 16).ok()?,
        None if digits.len() > 1 && digits.starts_with('0') => i64::from_str_radix(digits, 8).ok()?,
        None => digits.parse().ok()?,
    };
    (value >= 0).then_some(sign * value)
}

fn listed(arguments: &str) -> Result<Values, Bad> {
    let mut rest = arguments.trim_start_matches(BLANKS).strip_prefix('(').ok_or(LST)?;
    let mut groups = Vec::new();
    loop {
        let (group, after) = group(rest.trim_start_matches(BLANKS)).ok_or(LST)?;
        groups.push(group);
        rest = after.trim_start_matches(BLANKS);
        match rest.strip_prefix(',') {
            Some(after) => rest = after,
            None if rest.is_empty() => break,
            None => return Err(LST),
        }
    }
    let names = groups.remove(0);
    if groups.is_empty() || names.iter().any(String::is_empty) {
        return Err(LST);
    }
    if groups.iter().any(|values| values.len() > names.len()) {
        return Err("more values than names");
    }
    for values in &mut groups {
        values.resize(names.len(), String::new());
    }
    Ok(Values::Listed { names, rows: groups.into_iter() })
}

/// `{a, b}` or `a` at the beginning of a text, and what is behind.
fn group(text: &str) -> Option<(Vec<String>, &str)> {
    let words = |text: &str| text.split(',').map(|word| word.trim_matches(BLANKS).to_owned()).collect();
    match text.strip_prefix('{') {
        Some(inner) => inner.split_once('}').map(|(inner, after)| (words(inner), after)),
        None => {
            let end = text.find(',').unwrap_or(text.len());
            Some((words(&text[..end]), &text[end..]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of each repetition.
    fn repeated(text: &str) -> Result<Vec<String>, Bad> {
        let line = Line::new(text, 0);
        let close = text.find(')').unwrap_or(text.len());
        let mut sequence = Sequence::read(&line, &text[4..close])?;
        let mut all = Vec::new();
        while let Some((set, text)) = sequence.next() {
            let values: Vec<String> =
                set.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
            all.push(format!("{} {}", values.join(" "), text.text()));
        }
        Ok(all)
    }

    #[test]
    fn numbers_go_by_steps() {
        assert_eq!(repeated("~SEQ(n, 2)  a $n"), Ok(vec!["n=1 a $n".to_owned(), "n=2 a $n".to_owned()]));
        assert_eq!(repeated("~SEQ (n, 3, 1) a").map(|all| all.len()), Ok(3));
        assert_eq!(
            repeated("~SEQ(n, 1, 4, 10) a").map(|all| all.join(";")),
            Ok("n=1 a;n=5 a;n=9 a".to_owned())
        );
        assert_eq!(
            repeated("~SEQx(n, 9, 11) a").map(|all| all.join(";")),
            Ok("n=9 a;n=a a;n=b a".to_owned())
        );
        assert_eq!(repeated("~SEQ(n, 0x10, 020) a").map(|all| all.join(";")), Ok("n=16 a".to_owned()));
        for bad in [
            "~SEQ(n) a",
            "~SEQ n, 2",
            "~SEQ(, 2) a",
            "~SEQ(n, 1, 0, 5) a",
            "~SEQ(n, 1, -1, 5) a",
            "~SEQ(n, 1, 1000000) a",
            "~SEQx(n, -2, 2) a",
        ] {
            assert!(repeated(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn lists_have_one_name_or_several() {
        assert_eq!(
            repeated("~LST(ip, a, b) x $ip").map(|all| all.join(";")),
            Ok("ip=a x $ip;ip=b x $ip".to_owned())
        );
        assert_eq!(
            repeated("~LST({ip, w}, {a, 1}, {b}) x").map(|all| all.join(";")),
            Ok("ip=a w=1 x;ip=b w= x".to_owned())
        );
        for bad in ["~LST(ip) x", "~LST(ip, {a, b}) x", "~LST({ip, a) x", "~LST ip, a"] {
            assert!(repeated(bad).is_err(), "{bad}");
        }
    }
}
