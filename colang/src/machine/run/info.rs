//! The result of the function `flows_info`.

use std::collections::BTreeSet;

use crate::expr::{Limits, cost};
use crate::state::{FlowState, State};
use crate::value::{Dict, Value};

/// One instance, or all by uid if the uid is missing or unknown.
pub(super) fn flows_info(state: &State, uid: Option<&str>) -> Value {
    if let Some(uid) = uid
        && let Some(flow) = state.flow_key(uid).and_then(|key| state.flow(key))
    {
        let mut info = Dict::new();
        info.set("flow_instance_uid", uid);
        info.extend(&summary(state, flow));
        return info.into();
    }
    let (mut infos, mut parts) = (Dict::new(), 0);
    for flow in state
        .flow_keys()
        .into_iter()
        .filter_map(|key| state.flow(key))
    {
        let summary = summary(state, flow);
        // Larger results are refused anyway.
        parts += summary.values().map(cost::whole).sum::<usize>();
        if parts > Limits::default().size {
            break;
        }
        infos.set(flow.uid.clone(), summary);
    }
    infos.into()
}

fn summary(state: &State, flow: &FlowState) -> Dict {
    let mut info = Dict::new();
    info.set("flow_id", flow.flow_id.clone());
    info.set("loop_id", flow.loop_id().cloned());
    info.set("status", flow.status().as_str());
    info.set(
        "flow_hierarchy",
        Value::list(ancestors(state, flow).into_iter().map(Value::from)),
    );
    let lines: BTreeSet<_> = flow
        .active_heads()
        .filter_map(|head| flow.config.line(head.position()))
        .collect();
    let lines = lines.into_iter().map(|line| Value::Int(line.into()));
    info.set("active_statement_at_lines", Value::list(lines));
    info.set("meta_tags", meta_tags(flow));
    let actions = flow.actions.iter().filter_map(|key| state.action(*key));
    let actions: Vec<Value> = actions.map(|action| action.uid.clone().into()).collect();
    if !actions.is_empty() {
        info.set("action_uids", actions);
    }
    let children = flow.children.iter().filter_map(|key| state.flow(key));
    let children: Vec<Value> = children.map(|child| child.uid.clone().into()).collect();
    if !children.is_empty() {
        info.set("child_flow_uids", children);
    }
    info
}

/// A dict, or an empty list if there is no `@meta`.
fn meta_tags(flow: &FlowState) -> Value {
    match flow.config.decorators.get("meta") {
        Some(tags) => crate::state::dict(tags),
        None => Value::list([]),
    }
}

/// The uids of the flows above, the topmost first.
fn ancestors(state: &State, flow: &FlowState) -> Vec<std::sync::Arc<str>> {
    let mut uids: Vec<_> = state
        .upwards(flow.parent)
        .into_iter()
        .rev()
        .map(|flow| flow.uid.clone())
        .collect();
    uids.shrink_to_fit();
    uids
}
