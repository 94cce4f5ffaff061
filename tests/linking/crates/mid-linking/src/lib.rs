//! No action, but a dependency that is mentioned: mentioning this crate also links the actions of the other.

action_sdk::link!(linking_leaf);
