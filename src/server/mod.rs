//! THE ENGINE: waits for PTYs, sockets, files and timers.
