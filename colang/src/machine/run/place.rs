//! The position of an error in the flows, for reports.

use super::Run;
use crate::state::{FlowHead, FlowKey, FlowPlace, HeadRef, StartFlow, State};
use crate::value::{Event, Value};

/// The arguments of `ColangError` that give the place; the reference has none of them (nemoguardrails 0.24.1).
pub(in crate::machine) const PLACE_OF_ERROR: [&str; 4] = ["flow_id", "file", "line", "ancestors"];

/// A place and the flow that is there.
pub(in crate::machine) type Place = (FlowKey, FlowPlace);

impl Run<'_> {
    /// Where a head is.
    pub(in crate::machine) fn place_of(&self, at: HeadRef) -> Option<Place> {
        let flow = self.state.flow(at.flow)?;
        let position = self.state.head(at).map_or(0, FlowHead::position);
        Some((at.flow, FlowPlace::new(&flow.config, position)))
    }

    /// Where the latest head of a flow is.
    pub(in crate::machine) fn place_of_flow(&self, key: Option<FlowKey>) -> Option<Place> {
        place_of_flow(self.state, key?)
    }

    /// The place of the head that requested a start.
    pub(in crate::machine) fn place_of_start(&self, start: &StartFlow) -> Option<Place> {
        let (flow, wanted) = start.source_head()?;
        let mut heads = self.state.flow(flow)?.heads.iter();
        let head = heads.find(|head| wanted.is(head.id))?.id;
        self.place_of(HeadRef { flow, head })
    }
}

pub(in crate::machine) fn place_of_flow(state: &State, key: FlowKey) -> Option<Place> {
    let flow = state.flow(key)?;
    let position = flow.heads.iter().last().map_or(0, FlowHead::position);
    Some((key, FlowPlace::new(&flow.config, position)))
}

/// The event with the place added.
pub(in crate::machine) fn with_place(event: Event, state: &State, (key, place): &Place) -> Event {
    let [flow_id, file, line, ancestors] = PLACE_OF_ERROR;
    let above = state.flow(*key).and_then(|flow| flow.parent);
    let above = state.upwards(above).into_iter();
    event
        .with(flow_id, place.flow.clone())
        .with(file, place.file.clone())
        .with(line, i64::from(place.line))
        .with(
            ancestors,
            Value::list(above.map(|flow| flow.flow_id.clone().into())),
        )
}
