//! The time, for those who must not read a clock themselves.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::model::Time;

/// Milliseconds since 1970.
pub fn now() -> Time {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Time(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// The moment at which the wall clock will show this time; at once where that is past.
pub fn instant_of(time: Time) -> Instant {
    // Not further than a day: the wall clock may be set meanwhile.
    let ahead = time.since(now()).min(24 * 60 * 60 * 1_000);
    Instant::now() + Duration::from_millis(ahead)
}
