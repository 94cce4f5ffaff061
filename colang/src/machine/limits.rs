//! The limits of one event, which turn a mistake in a flow into an error instead of a hang.

/// Limits of a machine. A flow that exceeds one fails, and the event `ColangError` says so; the conversation goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The cost of one external event: a step of an expression costs 1, an element 4, an event that a flow sends 40,
    /// a new flow or action 160.
    pub steps: u64,
    /// The number of flow instances.
    pub flows: usize,
    /// The number of queued internal events when a flow sends another one.
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
    /// Sets the number of steps.
    #[must_use]
    pub fn with_steps(mut self, steps: u64) -> Self {
        self.steps = steps;
        self
    }

    /// Sets the number of flows.
    #[must_use]
    pub fn with_flows(mut self, flows: usize) -> Self {
        self.flows = flows;
        self
    }

    /// Sets the number of queued events.
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

    /// Sets the number of restarts.
    #[must_use]
    pub fn with_restarts(mut self, restarts: u32) -> Self {
        self.restarts = restarts;
        self
    }
}
