//! One action behind every door: a flow in this process, NeMo's actions server, Rasa over HTTP and gRPC, and MCP.

pub mod actions;
pub mod doors;
