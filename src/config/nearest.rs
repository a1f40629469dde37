//! "Did you mean …": the nearest of some names, by edit distance.

/// The nearest candidate, where one is near enough to have been meant: about one slip in four letters.
/// Words of three letters are too near to everything.
pub(super) fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let allowed = written.chars().count() / 4;
    candidates
        .into_iter()
        .map(|candidate| (distance(written, candidate), candidate))
        .filter(|(far, _)| *far <= allowed)
        .min_by_key(|(far, _)| *far)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours, each one step.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.to_lowercase().chars().collect();
    let right: Vec<char> = right.to_lowercase().chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, l) in left.iter().enumerate() {
        let mut now = vec![row + 1];
        for (column, r) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(l != r);
            let mut steps = replaced.min(above[column + 1] + 1).min(now[column] + 1);
            let swapped = row > 0 && column > 0 && left[row - 1] == *r && right[column - 1] == *l;
            if swapped {
                steps = steps.min(before[column - 1] + 1);
            }
            now.push(steps);
        }
        before = std::mem::replace(&mut above, now);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_the_word_that_was_meant() {
        let words = ["stages", "kind", "places"];
        assert_eq!(nearest("stagse", words), Some("stages"));
        assert_eq!(nearest("stage", words), Some("stages"));
        assert_eq!(nearest("Kind", words), Some("kind"));
        assert_eq!(nearest("plces", words), Some("places"));
    }

    #[test]
    fn a_quite_different_word_suggests_nothing() {
        assert_eq!(nearest("colour", ["stages", "kind"]), None);
        assert_eq!(nearest("", ["stages"]), None);
        assert_eq!(nearest("rde", ["red"]), None);
    }
}
