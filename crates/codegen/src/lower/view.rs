//! A schema of `openapiv3` -> all its keys side by side, whatever kind that crate took it for.

use indexmap::IndexMap;
use openapiv3::{AdditionalProperties, AnySchema, ReferenceOr, Schema, SchemaData, SchemaKind, Type, VariantOrUnknownOrEmpty};

/// The properties of an object.
pub(super) type Properties = IndexMap<String, ReferenceOr<Box<Schema>>>;

/// The keys of a schema.
#[derive(Default)]
pub(super) struct View<'m> {
    pub ty: &'m str,
    pub format: String,
    /// The values of an enum of texts.
    pub values: Vec<&'m str>,
    /// Whether the only value is null.
    pub only_null: bool,
    pub properties: Option<&'m Properties>,
    pub required: &'m [String],
    pub additional: Option<&'m AdditionalProperties>,
    pub items: Option<&'m ReferenceOr<Box<Schema>>>,
    pub one_of: &'m [ReferenceOr<Schema>],
    pub any_of: &'m [ReferenceOr<Schema>],
    pub all_of: &'m [ReferenceOr<Schema>],
    /// The least and the greatest number, both of which are allowed.
    pub range: (Option<f64>, Option<f64>),
    pub length: (Option<usize>, Option<usize>),
}

impl<'m> View<'m> {
    pub fn of(schema: &'m Schema) -> Self {
        match &schema.schema_kind {
            SchemaKind::Type(ty) => Self::of_type(ty),
            SchemaKind::OneOf { one_of } => Self { one_of, ..Self::default() },
            SchemaKind::AllOf { all_of } => Self { all_of, ..Self::default() },
            SchemaKind::AnyOf { any_of } => Self { any_of, ..Self::default() },
            SchemaKind::Not { .. } => Self::default(),
            SchemaKind::Any(any) => Self::of_any(any),
        }
    }

    fn of_type(ty: &'m Type) -> Self {
        match ty {
            Type::String(text) => Self {
                ty: "string",
                format: format_name(&text.format),
                values: text.enumeration.iter().flatten().map(String::as_str).collect(),
                only_null: !text.enumeration.is_empty() && text.enumeration.iter().all(Option::is_none),
                length: (text.min_length, text.max_length),
                ..Self::default()
            },
            Type::Number(number) => Self {
                ty: "number",
                range: (number.minimum.filter(|_| !number.exclusive_minimum), number.maximum.filter(|_| !number.exclusive_maximum)),
                ..Self::default()
            },
            Type::Integer(number) => {
                let bounds = (number.minimum.map(|bound| bound as f64), number.maximum.map(|bound| bound as f64));
                Self { ty: "integer", range: exclusive(bounds, number.exclusive_minimum, number.exclusive_maximum), ..Self::default() }
            }
            Type::Boolean(_) => Self { ty: "boolean", ..Self::default() },
            Type::Array(list) => {
                Self { ty: "array", items: list.items.as_ref(), length: (list.min_items, list.max_items), ..Self::default() }
            }
            Type::Object(object) => Self {
                ty: "object",
                properties: Some(&object.properties).filter(|properties| !properties.is_empty()),
                required: &object.required,
                additional: object.additional_properties.as_ref(),
                ..Self::default()
            },
        }
    }

    fn of_any(any: &'m AnySchema) -> Self {
        let is_list = any.items.is_some();
        let (above, below) = (any.exclusive_minimum.unwrap_or_default(), any.exclusive_maximum.unwrap_or_default());
        let bounds = match any.typ.as_deref() {
            Some("integer") => exclusive((any.minimum, any.maximum), above, below),
            _ => (any.minimum.filter(|_| !above), any.maximum.filter(|_| !below)),
        };
        Self {
            ty: any.typ.as_deref().unwrap_or_default(),
            format: any.format.clone().unwrap_or_default(),
            values: any.enumeration.iter().filter_map(|value| value.as_str()).collect(),
            only_null: !any.enumeration.is_empty() && any.enumeration.iter().all(serde_json::Value::is_null),
            properties: Some(&any.properties).filter(|properties| !properties.is_empty()),
            required: &any.required,
            additional: any.additional_properties.as_ref(),
            items: any.items.as_ref(),
            one_of: &any.one_of,
            any_of: &any.any_of,
            all_of: &any.all_of,
            range: bounds,
            length: if is_list { (any.min_items, any.max_items) } else { (any.min_length, any.max_length) },
        }
    }

    /// Whether this is an object with members, alone or merged from several.
    pub fn is_struct(&self) -> bool {
        self.properties.is_some() || self.all_of.len() > 1
    }

    /// The alternatives of a union.
    pub fn alternatives(&self) -> &'m [ReferenceOr<Schema>] {
        if self.one_of.is_empty() { self.any_of } else { self.one_of }
    }
}

/// Bounds of whole numbers that must not be reached, as bounds that may be: the next number.
fn exclusive((least, greatest): (Option<f64>, Option<f64>), above: bool, below: bool) -> (Option<f64>, Option<f64>) {
    (least.map(|bound| if above { bound + 1.0 } else { bound }), greatest.map(|bound| if below { bound - 1.0 } else { bound }))
}

fn format_name(format: &VariantOrUnknownOrEmpty<openapiv3::StringFormat>) -> String {
    match format {
        VariantOrUnknownOrEmpty::Item(openapiv3::StringFormat::DateTime) => "date-time".to_owned(),
        VariantOrUnknownOrEmpty::Item(openapiv3::StringFormat::Binary) => "binary".to_owned(),
        VariantOrUnknownOrEmpty::Unknown(name) => name.clone(),
        VariantOrUnknownOrEmpty::Item(_) | VariantOrUnknownOrEmpty::Empty => String::new(),
    }
}

/// The description of a schema, or nothing.
pub(super) fn docs(data: &SchemaData) -> String {
    data.description.clone().unwrap_or_default()
}
