//! THE TONGUES: how each agent program is started, watched and answered. Pure.
