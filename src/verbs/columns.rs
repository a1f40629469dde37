//! Lines of a list for a person to read: each column as wide as its widest cell, in columns of the terminal.

use unicode_width::UnicodeWidthStr as _;

/// Between two columns.
const APART: &str = "  ";

/// The lines. The last cell of a row ends it, however long it is; a row may have fewer cells than another one.
pub fn lines<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max();
    let widths: [usize; N] = std::array::from_fn(|column| width(column).unwrap_or(0));
    let line = |row: &[String; N]| {
        let mut line = String::new();
        for (at, cell) in row.iter().enumerate() {
            line.push_str(cell);
            if at + 1 < N {
                let gap = widths[at].saturating_sub(cell.width());
                line.extend(std::iter::repeat_n(' ', gap));
                line.push_str(APART);
            }
        }
        line.truncate(line.trim_end().len());
        line
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn columns_stand_below_each_other_whatever_the_width_of_their_characters() {
        let rows = [["a", "文字", "end"], ["longer", "é", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(lines(&rows), ["a       文字  end", "longer  é"]);
        assert_eq!(lines::<3>(&[]), [""; 0]);
    }
}
