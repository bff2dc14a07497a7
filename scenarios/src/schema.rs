//! The JSON Schema of the scenario file, made of the types that read it.

use std::sync::LazyLock;

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::{Map, Value};

use crate::raw;

/// The JSON Schema (2020-12) of the scenario file.
///
/// Every field has a description and, unless it is required, a `default`; `x-unit` names the quantity and `x-text` the
/// kind of text. [`load()`](crate::load()) checks files against this very schema, so the two cannot disagree.
pub fn schema() -> Value {
    SCHEMA.clone()
}

/// The schema, made once.
pub(crate) static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .with_transform(RecursiveTransform(forbid_null))
        .into_generator()
        .into_root_schema_for::<raw::File>()
        .to_value()
});

/// TOML has no null: a field that is not required is left out instead.
fn forbid_null(schema: &mut Schema) {
    let Some(Value::Array(types)) = schema.get_mut("type") else { return };
    types.retain(|name| name != "null");
    if let [only] = types.as_slice() {
        let only = only.clone();
        schema.insert("type".to_owned(), only);
    }
    if let Some(Value::Array(choices)) = schema.get_mut("enum") {
        choices.retain(|choice| !choice.is_null());
    }
}

/// A look at one part of the schema.
#[derive(Clone, Copy)]
pub(crate) struct Rule<'a>(pub(crate) &'a Value);

impl<'a> Rule<'a> {
    /// The JSON type that is expected; of several, the first.
    pub(crate) fn kind(self) -> &'a str {
        self.kinds().next().expect("every part of the schema has a type")
    }

    /// Whether a value of this JSON type may be right.
    pub(crate) fn allows(self, kind: &str) -> bool {
        self.kinds().any(|allowed| allowed == kind)
    }

    fn kinds(self) -> impl Iterator<Item = &'a str> {
        let kinds = self.0.get("type");
        let several = kinds.and_then(Value::as_array).into_iter().flatten();
        kinds.into_iter().chain(several).filter_map(Value::as_str)
    }

    /// The kind of text that is expected, if it is a special one.
    pub(crate) fn text(self) -> Option<&'a str> {
        self.word("x-text")
    }

    /// A keyword whose value is a string.
    pub(crate) fn word(self, keyword: &str) -> Option<&'a str> {
        self.0.get(keyword)?.as_str()
    }

    /// A keyword whose value is a number.
    pub(crate) fn number(self, keyword: &str) -> Option<f64> {
        self.0.get(keyword)?.as_f64()
    }

    /// A keyword whose value is a whole number.
    pub(crate) fn integer(self, keyword: &str) -> Option<i128> {
        let value = self.0.get(keyword)?;
        value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from))
    }

    /// What the elements of an array are.
    pub(crate) fn items(self) -> Option<Self> {
        self.0.get("items").map(Rule)
    }

    /// The fields of a table.
    pub(crate) fn fields(self) -> Option<&'a Map<String, Value>> {
        self.0.get("properties")?.as_object()
    }

    /// What the fields of a table are whose names the author chooses.
    pub(crate) fn any_field(self) -> Option<Self> {
        self.0.get("additionalProperties").filter(|rule| rule.is_object()).map(Rule)
    }

    /// The fields that must be there.
    pub(crate) fn required(self) -> impl Iterator<Item = &'a str> {
        self.0.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// The fields of which exactly one must be there, if the table is of that sort.
    pub(crate) fn alternatives(self) -> Option<Vec<&'a str>> {
        self.0.get("maxProperties")?;
        let fields = self.fields()?.keys().map(String::as_str);
        Some(fields.filter(|&name| self.required().all(|needed| needed != name)).collect())
    }

    /// What is expected, in words.
    pub(crate) fn expected(self) -> String {
        let bound = |keyword| self.number(keyword);
        match self.kind() {
            "integer" => match (self.integer("minimum"), self.integer("maximum")) {
                (Some(least), Some(most)) => format!("{least}..={most}"),
                (Some(least), None) => format!("a whole number of at least {least}"),
                _ => "a whole number".to_owned(),
            },
            "number" => match (bound("exclusiveMinimum"), bound("minimum"), bound("maximum")) {
                (Some(least), _, Some(most)) => format!("a number above {least} and at most {most}"),
                (None, Some(least), Some(most)) => format!("a number from {least} to {most}"),
                _ => "a number".to_owned(),
            },
            "boolean" => "`true` or `false`".to_owned(),
            "array" => "an array".to_owned(),
            "object" => "a table".to_owned(),
            _ => match self.0.get("examples").and_then(|examples| examples.get(0)) {
                Some(example) => {
                    let kind = self.text().unwrap_or("string").replace('-', " ");
                    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                    format!("{article} {kind} such as {example}")
                }
                None => "a string".to_owned(),
            },
        }
    }
}
