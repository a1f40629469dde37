//! The table of figures.

/// One line of it.
pub struct Row {
    /// Which figure.
    pub name: String,
    /// In what.
    pub unit: &'static str,
    /// opsroom.
    pub ours: String,
    /// A terminal with nothing between.
    pub bare: String,
    /// tmux, where it is installed and the figure means something there.
    pub tmux: String,
    /// What opsroom is to reach.
    pub target: String,
}

impl Row {
    /// A figure that has no peer.
    pub fn alone(name: &str, unit: &'static str, ours: String, target: &str) -> Self {
        let none = || "-".to_owned();
        Self {
            name: name.to_owned(),
            unit,
            ours,
            bare: none(),
            tmux: none(),
            target: target.to_owned(),
        }
    }
}

/// Prints the heading.
pub fn heading() {
    line("figure", "unit", ["ours", "bare", "tmux", "target"]);
    line("---", "---", ["---"; 4]);
}

/// Prints one line.
pub fn print(row: &Row) {
    line(
        &row.name,
        row.unit,
        [&row.ours, &row.bare, &row.tmux, &row.target],
    );
}

fn line(name: &str, unit: &str, [ours, bare, tmux, target]: [&str; 4]) {
    println!("| {name:<13} | {unit:<20} | {ours:<17} | {bare:<13} | {tmux:<13} | {target:<9} |");
}
