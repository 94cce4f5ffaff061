//! The limits of a server: bytes, nesting, time, concurrency.

use std::time::Duration;

/// The limits of a server. Each method names its default.
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
    #[cfg_attr(not(feature = "grpc"), allow(dead_code))]
    pub(crate) idle_time: Duration,
    #[cfg_attr(not(feature = "grpc"), allow(dead_code))]
    pub(crate) ping_time: Duration,
    pub(crate) call_time: Option<Duration>,
    pub(crate) calls: usize,
    pub(crate) connections: usize,
    pub(crate) domains: usize,
    pub(crate) domain_bytes: usize,
    #[cfg_attr(not(feature = "grpc"), allow(dead_code))]
    pub(crate) barge_in_time: Duration,
}

/// Real requests have far fewer, and a thread's stack has room for these.
const MOST_LEVELS: usize = 256;

impl Limits {
    /// The defaults.
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
            idle_time: Duration::from_secs(300),
            ping_time: Duration::from_secs(20),
            call_time: None,
            calls: 1024,
            connections: 1024,
            domains: 16,
            domain_bytes: 64_000_000,
            barge_in_time: Duration::from_secs(30),
        }
    }

    /// The largest body, before and after decompression; default 100 MB. Larger ones are answered with 413.
    #[must_use]
    pub fn body_bytes(mut self, bytes: usize) -> Self {
        self.body_bytes = bytes;
        self
    }

    /// The memory for all bodies that are held at the same time; default 256 MB. Requests beyond it are answered with
    /// 503.
    #[must_use]
    pub fn bytes_at_once(mut self, bytes: usize) -> Self {
        self.bytes_at_once = bytes;
        self
    }

    /// How deeply lists and objects may be nested in a body; default and maximum 256. Deeper ones are answered with 400,
    /// before they are parsed.
    #[must_use]
    pub fn depth(mut self, levels: usize) -> Self {
        self.depth = levels.min(MOST_LEVELS);
        self
    }

    /// The number of headers of a request; default 100. Requests with more are answered with 431. Applies in [`serve`](crate::serve).
    #[must_use]
    pub fn headers(mut self, headers: usize) -> Self {
        self.headers = headers;
        self
    }

    /// The size of all headers of a request; default 32 KiB. Larger ones are answered with 431. Applies in
    /// [`serve`](crate::serve).
    #[must_use]
    pub fn header_bytes(mut self, bytes: usize) -> Self {
        self.header_bytes = bytes;
        self
    }

    /// How long a client may take for the TLS handshake, for the headers of a request, and until its next request;
    /// default 30 s. Then the connection is closed. Applies in [`serve`](crate::serve).
    #[must_use]
    pub fn header_time(mut self, time: Duration) -> Self {
        self.header_time = time;
        self
    }

    /// How long a client may take to send a body; default 60 s. Then it is answered with 408.
    #[must_use]
    pub fn body_time(mut self, time: Duration) -> Self {
        self.body_time = time;
        self
    }

    /// How long a client may read nothing while an answer is sent; default 60 s. Then the connection is closed. Applies in [`serve`](crate::serve).
    #[must_use]
    pub fn write_time(mut self, time: Duration) -> Self {
        self.write_time = time;
        self
    }

    /// How long a connection of HTTP/2, which gRPC uses, may stay open while nothing is asked; default 5 minutes. Then the
    /// client is told to open another one for its next request. For HTTP/1.1 see
    /// [`header_time`](Self::header_time). Applies in [`serve`](crate::serve).
    #[cfg(feature = "grpc")]
    #[must_use]
    pub fn idle_time(mut self, time: Duration) -> Self {
        self.idle_time = time;
        self
    }

    /// How often a connection of HTTP/2 is checked with a ping; default 20 s. It is closed if the answer takes as long
    /// again. So the calls of a client that vanished without a word are cancelled. Applies in [`serve`](crate::serve).
    #[cfg(feature = "grpc")]
    #[must_use]
    pub fn ping_time(mut self, time: Duration) -> Self {
        self.ping_time = time;
        self
    }

    /// How long a call may take; no limit by default. The shortest of this, the action's and the dispatcher's time limit
    /// applies.
    #[must_use]
    pub fn call_time(mut self, time: Duration) -> Self {
        self.call_time = Some(time);
        self
    }

    /// How many calls may run at the same time, over all protocols; default 1024. Requests beyond it are answered at once
    /// with 503 and `Retry-After`.
    #[must_use]
    pub fn calls(mut self, calls: usize) -> Self {
        self.calls = calls;
        self
    }

    /// How many connections may be open at the same time; default 1024. Further ones are accepted when one is closed. Applies in
    /// [`serve`](crate::serve).
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// How many of Rasa's domains are cached; default 16. The least recently used one is dropped first.
    #[must_use]
    pub fn domains(mut self, domains: usize) -> Self {
        self.domains = domains;
        self
    }

    /// The size of all cached domains; default 64 MB.
    #[must_use]
    pub fn domain_bytes(mut self, bytes: usize) -> Self {
        self.domain_bytes = bytes;
        self
    }

    /// How long an action may go on after the user has interrupted its stream over gRPC; default 30 s. Then it is
    /// cancelled.
    #[cfg(feature = "grpc")]
    #[must_use]
    pub fn barge_in_time(mut self, time: Duration) -> Self {
        self.barge_in_time = time;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}
