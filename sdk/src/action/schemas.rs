//! The JSON Schemas of an action: of all its arguments together, and of its result.

use super::{ActionDescriptor, ParamDescriptor, ParamKind};
use crate::schema::{Side, Source, Writer};
use serde_json::{Map, Value, json};
use std::sync::Arc;

impl ActionDescriptor {
    /// The JSON Schema of the arguments: an object with one property for each. What the host fills is not included.
    ///
    /// Optional arguments are not `required`, and have their default if it is a constant.
    ///
    /// ```standalone_crate
    /// use action_sdk::prelude::*;
    ///
    /// #[action]
    /// async fn forecast(
    ///     /// where
    ///     city: String,
    ///     #[arg(default = 3)] days: u8,
    ///     context: &Context,
    /// ) -> String {
    ///     format!("{days} days of sun in {city}, {}", context.text("user").unwrap_or("dear"))
    /// }
    ///
    /// let registry = Registry::linked();
    /// let schema = registry.find("ForecastAction").expect("it is defined above").input_schema();
    /// assert_eq!(schema["properties"]["city"]["description"], "where");
    /// assert_eq!(schema["properties"]["days"]["default"], 3);
    /// assert_eq!(schema["required"], serde_json::json!(["city"]));
    /// ```
    #[must_use]
    pub fn input_schema(&self) -> Map<String, Value> {
        let mut writer = Writer::new(Side::Input);
        let mut object = Object::default();
        for param in self.params() {
            match param.kind() {
                ParamKind::Argument => object.add(param, param.write(&mut writer)),
                ParamKind::Rest => object.spread(param.write(&mut writer)),
                ParamKind::Context
                | ParamKind::Special { .. }
                | ParamKind::Resource(_)
                | ParamKind::Custom => {}
            }
        }
        if self.accepts_any_argument() {
            object.others.get_or_insert(Value::Bool(true));
        }
        object.written(writer)
    }

    /// The JSON Schema of the result, if known: from the type of its value, or set by hand.
    #[must_use]
    pub fn output_schema(&self) -> Option<Value> {
        let mut writer = Writer::new(Side::Output);
        let mut schema = writer.write(&self.output, false)?;
        let definitions = writer.into_definitions();
        if let (Some(members), Some(definitions)) = (schema.as_object_mut(), definitions) {
            members.insert("$defs".to_owned(), Value::Object(definitions));
        }
        Some(schema)
    }

    /// Sets the JSON Schema of the result, for actions built by hand.
    #[must_use]
    pub fn with_output_schema(mut self, schema: Value) -> Self {
        self.output = Source::Given(Arc::new(schema));
        self
    }
}

impl ParamDescriptor {
    /// The JSON Schema of its value, with its description and its default; `None` if it is neither an argument nor a
    /// context variable, or if the schema is unknown.
    #[must_use]
    pub fn schema(&self) -> Option<Value> {
        let mut writer = Writer::new(Side::Input);
        let mut schema = self.write(&mut writer)?;
        let definitions = writer.into_definitions();
        if let (Some(members), Some(definitions)) = (schema.as_object_mut(), definitions) {
            members.insert("$defs".to_owned(), Value::Object(definitions));
        }
        Some(schema)
    }

    /// Sets the JSON Schema of its value, for actions built by hand.
    #[must_use]
    pub fn with_schema(mut self, schema: Value) -> Self {
        self.schema = Source::Given(Arc::new(schema));
        self
    }

    fn write(&self, writer: &mut Writer) -> Option<Value> {
        let mut schema = writer.write(&self.schema, self.is_optional())?;
        let described = (!self.description().is_empty()).then(|| self.description());
        if let (Some(members), Some(text)) = (schema.as_object_mut(), described) {
            let own = std::mem::take(members);
            members.insert("description".to_owned(), json!(text));
            for (name, value) in own {
                members.entry(name).or_insert(value);
            }
        }
        Some(schema)
    }
}

/// The arguments of an action as one object.
#[derive(Default)]
struct Object {
    properties: Map<String, Value>,
    required: Vec<Value>,
    /// The schema of additional properties, or `true` for any.
    others: Option<Value>,
}

impl Object {
    fn add(&mut self, param: &ParamDescriptor, schema: Option<Value>) {
        let mut schema = schema.unwrap_or_else(|| json!({}));
        if let (Some(members), false) = (schema.as_object_mut(), param.description().is_empty()) {
            members
                .entry("description")
                .or_insert_with(|| json!(param.description()));
        }
        self.properties.insert(param.name().to_owned(), schema);
        if !param.is_optional() {
            self.required.push(json!(param.name()));
        }
    }

    /// Adds the members of a parameter that takes several arguments.
    fn spread(&mut self, schema: Option<Value>) {
        let Some(Value::Object(mut schema)) = schema else {
            self.others = Some(Value::Bool(true));
            return;
        };
        let members = match schema.remove("properties") {
            Some(Value::Object(members)) => members,
            _ => Map::new(),
        };
        self.others = match (schema.remove("additionalProperties"), members.is_empty()) {
            (Some(others), _) => Some(others),
            (None, true) => Some(Value::Bool(true)),
            (None, false) => None,
        };
        for (name, member) in members {
            self.properties.entry(name).or_insert(member);
        }
        if let Some(Value::Array(required)) = schema.remove("required") {
            self.required.extend(required);
        }
    }

    fn written(self, writer: Writer) -> Map<String, Value> {
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("properties".to_owned(), Value::Object(self.properties));
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), Value::Array(self.required));
        }
        let others = self.others.unwrap_or(Value::Bool(false));
        schema.insert("additionalProperties".to_owned(), others);
        if let Some(definitions) = writer.into_definitions() {
            schema.insert("$defs".to_owned(), Value::Object(definitions));
        }
        schema
    }
}
