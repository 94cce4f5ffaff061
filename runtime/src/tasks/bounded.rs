//! The limit on the size of rendered templates.

use std::io;

/// The maximum size of a rendered template in bytes.
pub(super) const LARGEST: usize = 64 << 20;

/// Accepts bytes up to a limit.
#[derive(Default)]
pub(super) struct Bounded {
    pub(super) bytes: Vec<u8>,
    pub(super) is_full: bool,
}

impl io::Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if more.len() > LARGEST - self.bytes.len() {
            self.is_full = true;
            return Err(io::Error::other("the text is too large"));
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
