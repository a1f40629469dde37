//! What follows from an event. One file a subject.
