//! Values of JSON logs, which write the same thing as a number or as a string.

use std::borrow::Cow;

use serde_json::value::RawValue;

/// The text of a string or of a number, exactly as written; `None` for what says nothing (`null`, `""`, `"-"`) and for
/// what is neither.
pub(crate) fn text(value: Option<&RawValue>) -> Option<Cow<'_, str>> {
    let raw = value?.get();
    let text = match raw.as_bytes().first()? {
        b'"' if !raw.contains('\\') => Cow::Borrowed(raw.get(1..raw.len() - 1)?),
        b'"' => Cow::Owned(serde_json::from_str(raw).ok()?),
        b'0'..=b'9' | b'-' => Cow::Borrowed(raw),
        _ => return None,
    };
    (!matches!(&*text, "" | "-")).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_strings_are_text() {
        let of = |json: &str| {
            let raw = RawValue::from_string(json.to_owned()).expect("JSON");
            text(Some(&raw)).map(Cow::into_owned)
        };
        assert_eq!(of("12.50").as_deref(), Some("12.50"));
        assert_eq!(of(r#""a\u0041\"""#).as_deref(), Some("aA\""));
        assert_eq!(of(r#""plain""#).as_deref(), Some("plain"));
        for nothing in ["null", "\"\"", "\"-\"", "[1]", "{}", "true"] {
            assert_eq!(of(nothing), None, "{nothing}");
        }
    }
}
