//! Holds the PTYs. The only room that names portable-pty. Blocking, tiny, boring.
