//! Values of a scenario file with the place where they stand.

use std::borrow::Cow;
use std::ops::Range;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use toml::Spanned;

use crate::quantity::Fault;

/// A value and the bytes of the file it was read from.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Range<usize>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<T>::deserialize(deserializer)?;
        let span = spanned.span();
        Ok(Self { value: spanned.into_inner(), span })
    }
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A value that is written as text.
pub(crate) trait Text: Sized {
    /// What the schema calls this kind of text (keyword `x-text`).
    const KIND: &'static str;
    /// A value as an author would write it.
    const EXAMPLE: &'static str;

    /// # Errors
    /// What was expected instead.
    fn parse(text: &str) -> Result<Self, Fault>;

    /// All values, if they are a closed set.
    fn choices() -> Option<Vec<&'static str>> {
        None
    }
}

/// A [`Text`] value and where it stands, quotes included.
#[derive(Clone, Debug)]
pub(crate) struct Quoted<T> {
    pub(crate) value: T,
    pub(crate) span: Range<usize>,
}

impl<'de, T: Text> Deserialize<'de> for Quoted<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = At::<String>::deserialize(deserializer)?;
        let value = T::parse(&text.value)
            .map_err(|fault| de::Error::custom(format_args!("expected {}", fault.expected)))?;
        Ok(Self { value, span: text.span })
    }
}

impl<T: Text> JsonSchema for Quoted<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::KIND.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut schema = json_schema!({ "type": "string", "x-text": T::KIND, "examples": [T::EXAMPLE] });
        if let Some(choices) = T::choices() {
            schema.insert("enum".to_owned(), choices.into());
        }
        schema
    }
}
