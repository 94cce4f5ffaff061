//! What the host lends to every action.

use crate::config::RailsConfig;
use crate::llm::Llm;
use crate::llm_task_manager::LlmTaskManager;
use crate::resources::Resources;
use std::sync::Arc;

/// What the host provides to all actions.
#[derive(Default)]
pub(crate) struct Host {
    pub(crate) resources: Resources,
    pub(crate) config: Arc<RailsConfig>,
    pub(crate) llm: Option<Arc<dyn Llm>>,
    pub(crate) llm_task_manager: Option<LlmTaskManager>,
}
