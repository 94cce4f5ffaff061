//! The public form of internal events, which patterns are compared with and variables contain. The order of the
//! fields is visible in programs and in the history.

use super::{FlowNews, Incoming, InternalEvent, StartFlow, StartForm, Told, Unhandled};
use crate::program::{InternalName, Name};
use crate::value::{Event, EventKind, Fields, Set, Value, name};

/// The fields that identify the instance in a report on a flow. A parameter with one of these names does not replace
/// them.
const OF_INSTANCE: [&str; 3] = ["source_flow_instance_uid", "flow_instance_uid", "flow_id"];

impl InternalName {
    /// An event of this name, without arguments.
    pub(crate) fn event(self) -> Event {
        Event {
            kind: EventKind::Internal,
            ..Event::new(self.as_str())
        }
    }
}

impl InternalEvent {
    /// As programs see it.
    pub(crate) fn public(&self) -> Event {
        match self {
            Self::StartFlow(start) => start.public(),
            Self::FinishFlow(end) | Self::StopFlow(end) => (*end.public).clone(),
            Self::FlowNews(news) => news.public(),
            Self::UnhandledEvent(unhandled) => unhandled.public(),
            Self::Told(told) => (*told.event).clone(),
        }
    }
}

impl StartFlow {
    fn public(&self) -> Event {
        match &self.form {
            StartForm::Statement { activates } => self.of_statement(*activates),
            StartForm::Restart => self.of_restart(),
            StartForm::Given(event) => (**event).clone(),
        }
    }

    /// The arguments come first, as written.
    fn of_statement(&self, activates: bool) -> Event {
        let mut event = InternalName::StartFlow.event();
        event.arguments = self.arguments.clone();
        let event = event
            .with("flow_id", self.flow_id.clone())
            .with("flow_instance_uid", self.instance.clone());
        let event = match activates {
            true => event.with("activated", true),
            false => event,
        };
        event
            .with("source_flow_instance_uid", self.source_uid())
            .with("source_head_uid", self.head_uid())
            .with("flow_hierarchy_position", self.place.to_string())
    }

    /// The arguments come last, and take precedence over the fields.
    fn of_restart(&self) -> Event {
        let mut event = InternalName::StartFlow
            .event()
            .with("flow_instance_uid", self.instance.clone())
            .with("flow_id", self.flow_id.clone())
            .with("source_flow_instance_uid", self.source_uid())
            .with("source_head_uid", self.head_uid())
            .with("flow_hierarchy_position", self.place.to_string())
            .with("activated", i64::from(self.activated));
        event.arguments.merge(&self.arguments);
        event.with("source_flow_instance_uid", self.source_uid())
    }

    /// The `flow_id` of the public form: for a restart, an argument of this name takes precedence.
    fn public_flow_id(&self) -> Value {
        let argument = match self.form {
            StartForm::Restart => self.arguments.get("flow_id").cloned(),
            StartForm::Statement { .. } | StartForm::Given(_) => None,
        };
        argument.unwrap_or_else(|| self.flow_id.clone().into())
    }

    fn source_uid(&self) -> Option<Name> {
        self.source.as_ref().map(|source| source.uid.clone())
    }

    fn head_uid(&self) -> Option<Name> {
        self.head.as_ref().map(super::SourceHead::uid)
    }

    /// The argument for a parameter. A parameter with the name of a field of the event gets that field.
    pub(crate) fn argument(&self, parameter: &str) -> Option<Value> {
        match is_field(parameter) {
            true => self.public().arguments.get(parameter).cloned(),
            false => self.arguments.get(parameter).cloned(),
        }
    }
}

/// Whether the start of a flow has a field of this name.
fn is_field(name: &str) -> bool {
    matches!(
        name,
        "flow_id"
            | "flow_instance_uid"
            | "activated"
            | "source_flow_instance_uid"
            | "source_head_uid"
            | "flow_hierarchy_position"
    )
}

impl FlowNews {
    pub(crate) fn public(&self) -> Event {
        let mut event = self
            .fate
            .name()
            .event()
            .with("source_flow_instance_uid", self.of.uid.clone())
            .with("flow_instance_uid", self.asked_as.clone())
            .with("flow_id", self.flow_id.clone());
        let parameters = self.parameters();
        let parameters = parameters.map(|(name, value)| (name.clone(), value.clone()));
        event.arguments.extend(parameters);
        if let Some(value) = &self.return_value {
            event.arguments.insert(name("return_value"), value.clone());
        }
        event
    }

    /// The arguments of the flow that are shown in reports.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&Name, &Value)> {
        let parameters = self.arguments.iter();
        parameters.filter(|(name, _)| !OF_INSTANCE.contains(&&***name))
    }

    fn string(&self, field: &str) -> Option<&Name> {
        match (field, &self.return_value) {
            ("flow_instance_uid", _) => Some(&self.asked_as),
            ("flow_id", _) => Some(&self.flow_id),
            ("source_flow_instance_uid", _) => Some(&self.of.uid),
            ("return_value", Some(Value::Str(string))) => Some(string),
            ("return_value", Some(_)) => None,
            _ => string(&self.arguments, field),
        }
    }

    /// The number of fields of the public form.
    pub(crate) fn field_count(&self) -> usize {
        let returns = self.return_value.is_some() && !self.arguments.contains_key("return_value");
        OF_INSTANCE.len() + self.parameters().count() + usize::from(returns)
    }
}

impl Incoming {
    /// The string in a field of the public form.
    pub(crate) fn string(&self, field: &str) -> Option<Name> {
        match self {
            Self::Internal(event) => event.string(field),
            Self::Public(event) => string(&event.arguments, field).cloned(),
        }
    }

    fn fields(&self) -> Fields {
        match self {
            Self::Internal(event) => event.public().arguments,
            Self::Public(event) => event.arguments.clone(),
        }
    }

    fn name_string(&self) -> Name {
        match self {
            Self::Internal(event) => name(event.name().as_str()),
            Self::Public(event) => event.name.clone(),
        }
    }
}

impl InternalEvent {
    /// Whether it starts a flow and its public form names this flow.
    pub(crate) fn starts(&self, flow_id: &str) -> bool {
        match self {
            Self::StartFlow(start) => start.public_flow_id().as_str() == Some(flow_id),
            Self::Told(Told {
                name: InternalName::StartFlow,
                event,
                ..
            }) => string(&event.arguments, "flow_id").is_some_and(|named| **named == *flow_id),
            Self::FinishFlow(_)
            | Self::StopFlow(_)
            | Self::FlowNews(_)
            | Self::UnhandledEvent(_)
            | Self::Told(_) => false,
        }
    }

    fn string(&self, field: &str) -> Option<Name> {
        match (self, field) {
            (Self::StartFlow(start), "flow_id") => Some(start.flow_id.clone()),
            (Self::FlowNews(news), _) => news.string(field).cloned(),
            (Self::UnhandledEvent(unhandled), "event") => Some(unhandled.event.name_string()),
            (Self::UnhandledEvent(unhandled), _) => unhandled.event.string(field),
            (Self::FinishFlow(end) | Self::StopFlow(end), _) => {
                string(&end.public.arguments, field).cloned()
            }
            (Self::Told(told), _) => string(&told.event.arguments, field).cloned(),
            (Self::StartFlow(_), _) => string(&self.public().arguments, field).cloned(),
        }
    }
}

impl Unhandled {
    fn public(&self) -> Event {
        let mut event = InternalName::UnhandledEvent.event();
        event.arguments = self.event.fields();
        let event_name = self.event.name_string();
        event.arguments.insert(name("event"), event_name.into());
        if let Ok(loops) = Set::from_values(self.loops.iter().cloned().map(Value::from)) {
            event.arguments.insert(name("loop_ids"), loops.into());
        }
        event
    }
}

/// The string in a field.
pub(super) fn string<'f>(fields: &'f Fields, field: &str) -> Option<&'f Name> {
    let Some(Value::Str(string)) = fields.get(field) else {
        return None;
    };
    Some(string)
}
