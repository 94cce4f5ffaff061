//! No action, but a dependency that is mentioned: whoever mentions this crate has the actions of the other.

action_sdk::link!(linking_leaf);
