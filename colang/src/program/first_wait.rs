//! Where a flow stands as long as nothing that it waits for has happened.

use super::element::{Element, Placed, Position};

/// The positions of the waits that a flow comes to first, in order. On the way to them it may start flows and set
/// variables, which it would do again if it began anew; but it has not sent an event or started an action.
pub(crate) fn first_waits(elements: &[Placed]) -> Vec<Position> {
    let mut seen = vec![false; elements.len()];
    let mut waits = Vec::new();
    // The element at 0 waits for the start of the flow.
    let mut open: Vec<Position> = vec![1];
    while let Some(position) = open.pop() {
        let is_new = seen
            .get_mut(position)
            .is_some_and(|seen| !std::mem::replace(seen, true));
        let Some(placed) = elements.get(position).filter(|_| is_new) else {
            continue;
        };
        if matches!(placed.element, Element::Match(_)) {
            waits.push(position);
        }
        open.extend(next(&placed.element, position));
    }
    waits.sort_unstable();
    waits
}

/// Where a head may be next, if it need not wait for anything and nothing is seen of it outside.
fn next(element: &Element, position: Position) -> Vec<Position> {
    match element {
        Element::StartFlow(_)
        | Element::NewInstanceUid { .. }
        | Element::Label(_)
        | Element::Assign { .. }
        | Element::Bind { .. }
        | Element::Priority(_)
        | Element::Global(_)
        | Element::Catch(_)
        | Element::BeginScope(_)
        | Element::Nothing => vec![position + 1],
        Element::Match(pattern) if pattern.is_for_own_start() => vec![position + 1],
        Element::Goto { target, unless } => match unless {
            Some(_) => vec![position + 1, *target],
            None => vec![*target],
        },
        Element::Fork { targets, .. } => targets.clone(),
        Element::Match(_)
        | Element::Send(_)
        | Element::NewAction { .. }
        | Element::StartNewFlowInstance
        | Element::Merge(_)
        | Element::WaitForHeads(_)
        | Element::Evaluate(_)
        | Element::Return(_)
        | Element::Abort
        | Element::Leave(_)
        | Element::Log(_)
        | Element::Print(_)
        | Element::EndScope(_) => Vec::new(),
    }
}
