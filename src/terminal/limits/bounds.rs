//! How much a screen may hold. Figures only.

/// The longest URI of a link, in bytes as it is written to a terminal.
pub const URI_BYTES: usize = 2_048;

/// How much a screen may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of scrolled-off lines, their allocations included.
    pub history_bytes: usize,
    /// Bytes of a clipboard write (OSC 52) as it is written, in base64.
    pub clipboard_bytes: usize,
    /// Bytes of any other string.
    pub string_bytes: usize,
    /// Different links (OSC 8) on the screen at once, each of at most [`URI_BYTES`]; text beyond them
    /// leads nowhere.
    pub links: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            history_bytes: 5_000_000,
            clipboard_bytes: 1 << 20,
            string_bytes: 8 << 10,
            links: 512,
        }
    }
}
