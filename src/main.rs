//! opsroom.
fn main() {}
