//! A brief's budget: `500k tokens`, `2.50 USD`, or a number of tokens.

use toml::de::DeValue;

use crate::config::reader::{Reader, Table, mismatch, number, text};
use crate::model::Budget;

const HINT: &str = "write it as in \"500k tokens\" or \"2.50 USD\", or a number of tokens";
/// More than that is a slip of the pen: tokens, or millionths of a dollar.
const MOST: u64 = 1_000_000_000_000;

/// Takes it. What cannot be read is an error: a brief whose limit is not understood is not worked on.
pub(super) fn budget(root: &mut Table, reader: &mut Reader) -> Option<Budget> {
    let entry = root.take("budget")?;
    match entry.value.get_ref() {
        DeValue::Integer(_) => {
            let tokens = number(&entry.value, &(1..=MOST), reader)?;
            Some(Budget::Tokens(tokens.value))
        }
        DeValue::String(_) => {
            let written = text(entry.value, reader)?;
            let read = amount(&written.value);
            if read.is_none() {
                reader.error(&written.span, "not a budget", HINT);
            }
            read
        }
        other => {
            let wanted = "a budget, as in \"500k tokens\" or \"2.50 USD\"";
            mismatch(&entry.value.span(), wanted, other, reader);
            None
        }
    }
}

fn amount(written: &str) -> Option<Budget> {
    let written = written.trim();
    let digits = written.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (figure, unit) = written.split_at(digits);
    let unit = unit.trim().to_ascii_lowercase();
    let read = match unit.as_str() {
        "token" | "tokens" => Budget::Tokens(scaled(figure, 0)?),
        "k tokens" | "k" => Budget::Tokens(scaled(figure, 3)?),
        "m tokens" | "m" => Budget::Tokens(scaled(figure, 6)?),
        "usd" => Budget::Micros(scaled(figure, 6)?),
        _ => return None,
    };
    let (Budget::Tokens(amount) | Budget::Micros(amount)) = read;
    (1..=MOST).contains(&amount).then_some(read)
}

/// A figure with at most so many places behind its point, without the point.
fn scaled(figure: &str, places: usize) -> Option<u64> {
    let (whole, rest) = figure.split_once('.').unwrap_or((figure, "0"));
    let rest = match rest {
        "" => return None,
        rest => rest.trim_end_matches('0'),
    };
    if rest.len() > places {
        return None;
    }
    format!("{whole}{rest:0<places$}").parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::config::brief::read;

    fn of(value: &str) -> Result<Option<Budget>, String> {
        let text = format!("+++\ntitle = \"x\"\nbudget = {value}\n+++\n");
        let heading = read("b.md", &text).map_err(|fault| {
            let place = format!("{}:{}", fault.line, fault.column);
            format!("{place}: {}; {}", fault.what, fault.hint)
        })?;
        Ok(heading.budget)
    }

    #[test]
    fn a_budget_is_tokens_or_dollars() {
        for (written, budget) in [
            ("3", Budget::Tokens(3)),
            ("\"500k tokens\"", Budget::Tokens(500_000)),
            ("\"1.25M tokens\"", Budget::Tokens(1_250_000)),
            ("\"12 tokens\"", Budget::Tokens(12)),
            ("\"2.50 USD\"", Budget::Micros(2_500_000)),
            ("\" 3 usd \"", Budget::Micros(3_000_000)),
            ("\"0.000001 USD\"", Budget::Micros(1)),
        ] {
            assert_eq!(of(written), Ok(Some(budget)), "{written}");
        }
    }

    #[test]
    fn what_is_no_budget_is_said_with_its_place() {
        for written in [
            "\"\"",
            "\"500\"",
            "\"k tokens\"",
            "\"1..2 USD\"",
            "\"-1 USD\"",
            "\"2.5 EUR\"",
            "\"0 USD\"",
            "\"1.5 tokens\"",
            "\"2. USD\"",
            "\"0.0000001 USD\"",
            "\"99999999999999999999 tokens\"",
        ] {
            assert_eq!(
                of(written),
                Err(format!("3:10: not a budget; {HINT}")),
                "{written}"
            );
        }
        assert!(of("0").unwrap_err().starts_with("3:10: out of range"));
        assert!(
            of("2.5")
                .unwrap_err()
                .starts_with("3:10: a fraction is not a budget")
        );
    }
}
