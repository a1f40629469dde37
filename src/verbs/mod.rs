//! What agents and scripts run.
