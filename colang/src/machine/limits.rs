//! How much one event may set off, so that a mistake in a flow is an error and not a hang.

/// Bounds of a machine. Who reaches one fails, and the event `ColangError` says so; the conversation goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// What one external event may cost: a step of an expression 1, an element 4, an event that a flow sends 40, a new
    /// flow or action 160.
    pub steps: u64,
    /// Flow instances that are remembered at once.
    pub flows: usize,
    /// Internal events that wait to be processed when a flow sends one more.
    pub queue: usize,
    /// Flows within flows.
    pub depth: usize,
    /// How often, during one external event, an activated flow may fail before it waits for anything.
    pub restarts: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 4_000_000,
            flows: 20_000,
            queue: 20_000,
            depth: 10_000,
            restarts: 100,
        }
    }
}

impl Limits {
    /// With another number of steps.
    #[must_use]
    pub fn with_steps(mut self, steps: u64) -> Self {
        self.steps = steps;
        self
    }

    /// With another number of flows.
    #[must_use]
    pub fn with_flows(mut self, flows: usize) -> Self {
        self.flows = flows;
        self
    }

    /// With another number of waiting events.
    #[must_use]
    pub fn with_queue(mut self, queue: usize) -> Self {
        self.queue = queue;
        self
    }

    /// With another depth.
    #[must_use]
    pub fn with_depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// With another number of restarts.
    #[must_use]
    pub fn with_restarts(mut self, restarts: u32) -> Self {
        self.restarts = restarts;
        self
    }
}
