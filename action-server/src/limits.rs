//! How much a server takes: bytes, levels, seconds, calls at once.

use std::time::Duration;

/// What a server takes before it refuses. Each limit has a default that suits an action server beside its assistant.
///
/// ```
/// use action_sdk_action_server::Limits;
/// use std::time::Duration;
///
/// let limits = Limits::new().calls(64).body_bytes(1_000_000).call_time(Duration::from_secs(20));
/// ```
#[derive(Debug, Clone)]
pub struct Limits {
    pub(crate) body_bytes: usize,
    pub(crate) bytes_at_once: usize,
    pub(crate) depth: usize,
    pub(crate) headers: usize,
    pub(crate) header_bytes: usize,
    pub(crate) header_time: Duration,
    pub(crate) body_time: Duration,
    pub(crate) write_time: Duration,
    pub(crate) call_time: Option<Duration>,
    pub(crate) calls: usize,
    pub(crate) connections: usize,
    pub(crate) domains: usize,
    pub(crate) domain_bytes: usize,
}

/// More than any request in practice needs, and few enough for the stack of a thread.
const MOST_LEVELS: usize = 256;

impl Limits {
    /// The defaults, which each method names.
    #[must_use]
    pub fn new() -> Self {
        Self {
            body_bytes: 100_000_000,
            bytes_at_once: 256_000_000,
            depth: MOST_LEVELS,
            headers: 100,
            header_bytes: 32_768,
            header_time: Duration::from_secs(30),
            body_time: Duration::from_secs(60),
            write_time: Duration::from_secs(60),
            call_time: None,
            calls: 1024,
            connections: 1024,
            domains: 16,
            domain_bytes: 64_000_000,
        }
    }

    /// How long the body of a request may be, before and after it is decompressed; 100 MB. A longer one is answered
    /// with 413.
    #[must_use]
    pub fn body_bytes(mut self, bytes: usize) -> Self {
        self.body_bytes = bytes;
        self
    }

    /// How long all bodies together may be that are held at the same time; 256 MB. A request for which there is no
    /// room is answered with 503.
    #[must_use]
    pub fn bytes_at_once(mut self, bytes: usize) -> Self {
        self.bytes_at_once = bytes;
        self
    }

    /// How deeply lists and objects may be nested in a body; 256, which is also the most. A deeper one is answered
    /// with 400 before anything is read from it.
    #[must_use]
    pub fn depth(mut self, levels: usize) -> Self {
        self.depth = levels.min(MOST_LEVELS);
        self
    }

    /// How many headers a request may have; 100. One with more is answered with 431. Counts in [`serve`](crate::serve).
    #[must_use]
    pub fn headers(mut self, headers: usize) -> Self {
        self.headers = headers;
        self
    }

    /// How long the head of a request may be; 32 KiB. A longer one is answered with 431. Counts in
    /// [`serve`](crate::serve).
    #[must_use]
    pub fn header_bytes(mut self, bytes: usize) -> Self {
        self.header_bytes = bytes;
        self
    }

    /// How long a client may take to send the head of a request, or to begin the next one on an open connection, or to
    /// agree on TLS; 30 s. The connection of a slower one is closed. Counts in [`serve`](crate::serve).
    #[must_use]
    pub fn header_time(mut self, time: Duration) -> Self {
        self.header_time = time;
        self
    }

    /// How long a client may take to send the body of a request; 60 s. A slower one is answered with 408.
    #[must_use]
    pub fn body_time(mut self, time: Duration) -> Self {
        self.body_time = time;
        self
    }

    /// How long a client may read nothing while an answer is being sent to it; 60 s. The connection of a slower one is
    /// closed. Counts in [`serve`](crate::serve).
    #[must_use]
    pub fn write_time(mut self, time: Duration) -> Self {
        self.write_time = time;
        self
    }

    /// How long a call may take; without limit at first. The earliest of this, the action's own limit and the
    /// dispatcher's counts.
    #[must_use]
    pub fn call_time(mut self, time: Duration) -> Self {
        self.call_time = Some(time);
        self
    }

    /// How many calls may run at the same time; 1024. A request beyond that is answered at once with 503 and
    /// `Retry-After`. The doors share this number.
    #[must_use]
    pub fn calls(mut self, calls: usize) -> Self {
        self.calls = calls;
        self
    }

    /// How many connections may be open at the same time; 1024. Others wait until one is closed. Counts in
    /// [`serve`](crate::serve).
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// How many of Rasa's domains are kept; 16. The one that was not used for the longest time goes first.
    #[must_use]
    pub fn domains(mut self, domains: usize) -> Self {
        self.domains = domains;
        self
    }

    /// How long all kept domains together may be; 64 MB.
    #[must_use]
    pub fn domain_bytes(mut self, bytes: usize) -> Self {
        self.domain_bytes = bytes;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}
