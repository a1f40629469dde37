//! THE WINDOW: waits for keys, the socket, config files and frames.
