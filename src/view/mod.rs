//! THE DESK: one person's state and its picture. Pure.
