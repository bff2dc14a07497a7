//! Values of JSON logs, which write the same thing as a number or as a string.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The text of a string or of a number, exactly as written, or of the first one of a list; `None` for what says nothing
/// (`null`, `""`, `"-"`) and for what is neither.
pub(crate) fn text(value: Option<&RawValue>) -> Option<Cow<'_, str>> {
    text_of(value?.get())
}

fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    let text = match raw.as_bytes().first()? {
        b'"' if !raw.contains('\\') => Cow::Borrowed(raw.get(1..raw.len() - 1)?),
        b'"' => Cow::Owned(serde_json::from_str(raw).ok()?),
        b'0'..=b'9' | b'-' => Cow::Borrowed(raw),
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
            // Lists of lists are no values.
            return items
                .into_iter()
                .find(|item| !item.get().starts_with('['))
                .and_then(|item| text_of(item.get()));
        }
        _ => return None,
    };
    (!matches!(&*text, "" | "-")).then_some(text)
}

/// The values of an object at some paths: `request.uri` is `uri` within `request`, or a key of that name. The first of a key
/// that is there twice counts.
pub(crate) fn values<'a>(
    object: &'a str,
    paths: &[&str],
) -> Result<Vec<Option<&'a RawValue>>, serde_json::Error> {
    let wanted: Vec<(usize, &str)> = paths.iter().copied().enumerate().collect();
    let mut found = vec![None; paths.len()];
    find(object, &wanted, &mut found)?;
    Ok(found)
}

/// Looks for what is wanted in an object and in those within it.
fn find<'a>(
    object: &'a str,
    wanted: &[(usize, &str)],
    found: &mut [Option<&'a RawValue>],
) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(object);
    let within = Object { wanted, found }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    for (value, wanted) in within {
        find(value.get(), &wanted, found)?;
    }
    Ok(())
}

/// Objects within the object, with what is wanted of them.
type Within<'a, 'w> = Vec<(&'a RawValue, Vec<(usize, &'w str)>)>;

/// An object of which some values are wanted.
struct Object<'f, 'a, 'w> {
    wanted: &'f [(usize, &'w str)],
    found: &'f mut [Option<&'a RawValue>],
}

impl<'a, 'w> DeserializeSeed<'a> for Object<'_, 'a, 'w> {
    type Value = Within<'a, 'w>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a, 'w> Visitor<'a> for Object<'_, 'a, 'w> {
    type Value = Within<'a, 'w>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut within = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            let rest = |path: &'w str| path.strip_prefix(&*key)?.strip_prefix('.');
            let deeper: Vec<(usize, &'w str)> =
                self.wanted.iter().filter_map(|&(slot, path)| Some((slot, rest(path)?))).collect();
            let is_wanted = self.wanted.iter().any(|&(_, path)| path == key);
            if deeper.is_empty() && !is_wanted {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value: &RawValue = map.next_value()?;
            for &(slot, path) in self.wanted {
                if path == key {
                    self.found[slot].get_or_insert(value);
                }
            }
            if !deeper.is_empty() && value.get().starts_with('{') {
                within.push((value, deeper));
            }
        }
        Ok(within)
    }
}

/// A key, borrowed where it has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'a> serde::Deserialize<'a> for Key<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'a> Visitor<'a> for Text {
            type Value = Key<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<Key<'a>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key<'a>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// The paths of all values of an object that are text or numbers, with these, for a message.
pub(crate) fn listing(object: &str) -> Vec<(String, String)> {
    /// How deep is looked, and how many are listed.
    const DEEP: usize = 2;
    const MOST: usize = 64;
    let mut listed = Vec::new();
    let Ok(serde_json::Value::Object(object)) = serde_json::from_str(object) else { return listed };
    let mut open = vec![(String::new(), object, 0)];
    while let Some((prefix, object, depth)) = open.pop() {
        for (key, value) in object {
            let path = format!("{prefix}{key}");
            match value {
                serde_json::Value::Object(inner) if depth < DEEP => open.push((path + ".", inner, depth + 1)),
                serde_json::Value::String(text) => listed.push((path, text)),
                serde_json::Value::Number(number) => listed.push((path, number.to_string())),
                _ => {}
            }
        }
    }
    listed.truncate(MOST);
    listed
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
        assert_eq!(of(r#"["a", "b"]"#).as_deref(), Some("a"));
        for nothing in ["null", "\"\"", "\"-\"", "[]", "[[1]]", "{}", "true"] {
            assert_eq!(of(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn values_are_found_by_their_paths() {
        let object = r#"{"a":{"b":{"c":1},"d":"x"},"a.d":2,"e\u0041":3,"n":null,"a":9}"#;
        let paths = ["a.b.c", "a.d", "eA", "missing", "a.b.c.d", "n"];
        let found = values(object, &paths).expect("an object");
        let found: Vec<Option<&str>> = found.into_iter().map(|value| value.map(RawValue::get)).collect();
        assert_eq!(found, [Some("1"), Some("2"), Some("3"), None, None, Some("null")]);
        assert!(values("[1]", &paths).is_err() && values("{\"a\":1} x", &paths).is_err());
    }

    #[test]
    fn a_listing_has_paths_and_values() {
        let mut listed = listing(r#"{"ts":1.5,"request":{"uri":"/a","headers":{"Host":["x"]}},"ok":true}"#);
        listed.sort();
        assert_eq!(
            listed,
            [("request.uri".to_owned(), "/a".to_owned()), ("ts".to_owned(), "1.5".to_owned())]
        );
    }
}
