//! How large a text a template may make.

use std::io;

/// The most bytes that one template may make.
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
