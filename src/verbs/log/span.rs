//! Moments and days as people write them, in their own time zone. Pure: now is an argument.

use anyhow::{Context as _, anyhow};
use jiff::civil;
use jiff::{Span, Zoned};

use crate::model::Time;

/// A day: its first moment, and the first of the next.
///
/// # Errors
/// A sentence, where it is none.
pub fn day(text: &str, now: &Zoned) -> anyhow::Result<(Time, Time)> {
    let day = match text {
        "today" => now.date(),
        "yesterday" => now.date().yesterday()?,
        // a moment of it parses as a day too
        text => (text.len() == "2026-03-31".len())
            .then(|| text.parse::<civil::Date>().ok())
            .flatten()
            .ok_or_else(|| {
                anyhow!("`{text}` is no day; write today, yesterday, or one like 2026-03-31")
            })?,
    };
    let start = day.to_zoned(now.time_zone().clone())?;
    let end = day.tomorrow()?.to_zoned(now.time_zone().clone())?;
    Ok((time(&start), time(&end)))
}

/// A moment: the beginning of a day, a moment of one, or so long before now.
///
/// # Errors
/// A sentence, where it is none.
pub fn moment(text: &str, now: &Zoned) -> anyhow::Result<Time> {
    if let Ok((start, _)) = day(text, now) {
        return Ok(start);
    }
    if let Ok(moment) = text.parse::<civil::DateTime>() {
        return Ok(time(&moment.to_zoned(now.time_zone().clone())?));
    }
    let wrong = || {
        format!(
            "`{text}` is no moment; write a day (2026-03-31), a moment (2026-03-31T14:30), or how long ago (90m, 8h, 7d)"
        )
    };
    let unit = text.chars().last().with_context(wrong)?;
    let number: i64 = text
        .strip_suffix(unit)
        .and_then(|number| number.parse().ok())
        .filter(|number| (0..100_000).contains(number))
        .with_context(wrong)?;
    let ago = match unit {
        'm' => Span::new().minutes(number),
        'h' => Span::new().hours(number),
        'd' => Span::new().days(number),
        _ => return Err(anyhow!(wrong())),
    };
    Ok(time(&now.checked_sub(ago).with_context(wrong)?))
}

fn time(at: &Zoned) -> Time {
    Time(u64::try_from(at.timestamp().as_millisecond()).unwrap_or(0))
}

/// A moment as it is written: a day and a time, or the time alone on a page of one day.
pub fn shown(at: Time, format: &str) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    match jiff::Timestamp::from_millisecond(millis) {
        Ok(at) => at
            .to_zoned(jiff::tz::TimeZone::system())
            .strftime(format)
            .to_string(),
        Err(_) => at.0.to_string(),
    }
}

/// The time zone's name, and how far from UTC it is at this moment.
pub fn zone(at: Time) -> String {
    let name = jiff::tz::TimeZone::system();
    let name = name.iana_name().unwrap_or("local time").to_owned();
    format!("{name}, UTC{}", shown(at, "%:z"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn now() -> Zoned {
        let noon: civil::DateTime = "2026-03-29T12:00".parse().unwrap();
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(2));
        noon.to_zoned(zone).unwrap()
    }

    fn ms(utc: &str) -> Time {
        let at: jiff::Timestamp = utc.parse().unwrap();
        Time(u64::try_from(at.as_millisecond()).unwrap())
    }

    #[test]
    fn a_day_is_that_of_the_local_time_zone() {
        let whole = (ms("2026-03-28T22:00:00Z"), ms("2026-03-29T22:00:00Z"));
        assert_eq!(day("today", &now()).unwrap(), whole);
        assert_eq!(day("2026-03-29", &now()).unwrap(), whole);
        assert_eq!(day("yesterday", &now()).unwrap().1, whole.0);
    }

    #[test]
    fn a_moment_is_a_day_a_time_or_so_long_ago() {
        assert_eq!(moment("90m", &now()).unwrap(), ms("2026-03-29T08:30:00Z"));
        assert_eq!(moment("2d", &now()).unwrap(), ms("2026-03-27T10:00:00Z"));
        assert_eq!(
            moment("2026-03-29T09:15", &now()).unwrap(),
            ms("2026-03-29T07:15:00Z")
        );
        assert_eq!(
            moment("2026-03-29", &now()).unwrap(),
            ms("2026-03-28T22:00:00Z")
        );
    }

    #[test]
    fn what_is_no_moment_says_how_one_is_written() {
        for text in ["", "m", "3y", "-3h", "2026-13-01", "é", "999999999999d"] {
            let said = moment(text, &now()).unwrap_err().to_string();
            assert!(said.contains("write a day"), "{text}: {said}");
        }
        assert!(day("monday", &now()).is_err());
    }
}
