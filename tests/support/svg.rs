//! A picture of a terminal's screen, cell by cell.
#![allow(dead_code)]

use std::fmt::Write as _;

const CELL_WIDTH: f32 = 8.4;
const CELL_HEIGHT: f32 = 18.0;
const BACKGROUND: &str = "#11131a";
const FOREGROUND: &str = "#c8ccd8";
const ANSI: [&str; 16] = [
    "#1b1e28", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#c8ccd8",
    "#5c6370", "#ef7a85", "#a8d389", "#f5d08b", "#71bfff", "#d688ed", "#66c6d2", "#ffffff",
];

fn colour(colour: vt100::Color, default: &str) -> String {
    match colour {
        vt100::Color::Default => default.to_owned(),
        vt100::Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        vt100::Color::Idx(index @ 0..=15) => ANSI[usize::from(index)].to_owned(),
        vt100::Color::Idx(index @ 232..) => {
            let grey = 8 + (index - 232) * 10;
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
        vt100::Color::Idx(index) => {
            let level = |part: u8| if part == 0 { 0 } else { 55 + part * 40 };
            let index = index - 16;
            let (red, green, blue) = (level(index / 36), level(index / 6 % 6), level(index % 6));
            format!("#{red:02x}{green:02x}{blue:02x}")
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The screen as SVG.
pub fn picture(screen: &vt100::Screen) -> String {
    let (rows, cols) = screen.size();
    let (width, height) = (f32::from(cols) * CELL_WIDTH, f32::from(rows) * CELL_HEIGHT);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0} {:.0}\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"14\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n<g transform=\"translate(12 12)\">\n",
        width + 24.0,
        height + 24.0
    );
    let (mut blocks, mut letters) = (String::new(), String::new());
    for row in 0..rows {
        for run in runs(screen, row, cols) {
            run.paint(row, &mut blocks, &mut letters);
        }
    }
    svg.push_str(&blocks);
    svg.push_str(&letters);
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Cells of one row that look the same, side by side.
struct Run {
    col: u16,
    cols: u16,
    text: String,
    fg: String,
    bg: String,
    style: String,
}

fn runs(screen: &vt100::Screen, row: u16, cols: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for col in 0..cols {
        let Some(cell) = screen
            .cell(row, col)
            .filter(|cell| !cell.is_wide_continuation())
        else {
            continue;
        };
        let (mut fg, mut bg) = (
            colour(cell.fgcolor(), FOREGROUND),
            colour(cell.bgcolor(), BACKGROUND),
        );
        if cell.inverse() {
            std::mem::swap(&mut fg, &mut bg);
        }
        let mut style = String::new();
        for (on, attribute) in [
            (cell.bold(), " font-weight=\"bold\""),
            (cell.italic(), " font-style=\"italic\""),
            (cell.underline(), " text-decoration=\"underline\""),
            (cell.dim(), " opacity=\"0.6\""),
        ] {
            style.push_str(if on { attribute } else { "" });
        }
        let text = if cell.contents().is_empty() {
            " "
        } else {
            cell.contents()
        };
        let wide = if cell.is_wide() { 2 } else { 1 };
        match runs.last_mut() {
            Some(run) if (&run.fg, &run.bg, &run.style) == (&fg, &bg, &style) => {
                run.text.push_str(text);
                run.cols += wide;
            }
            _ => runs.push(Run {
                col,
                cols: wide,
                text: text.to_owned(),
                fg,
                bg,
                style,
            }),
        }
    }
    runs
}

impl Run {
    fn paint(&self, row: u16, blocks: &mut String, letters: &mut String) {
        let y = f32::from(row) * CELL_HEIGHT;
        if self.bg != BACKGROUND {
            let (x, wide) = (
                f32::from(self.col) * CELL_WIDTH,
                f32::from(self.cols) * CELL_WIDTH + 0.3,
            );
            let _ = writeln!(
                blocks,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{CELL_HEIGHT:.1}\" fill=\"{}\"/>",
                self.bg
            );
        }
        let before = self.text.len() - self.text.trim_start().len();
        let text = self.text.trim();
        if text.is_empty() {
            return;
        }
        let x = (f32::from(self.col) + before as f32) * CELL_WIDTH;
        let after = self.text.len() - self.text.trim_end().len();
        let wide = (f32::from(self.cols) - (before + after) as f32) * CELL_WIDTH;
        let _ = writeln!(
            letters,
            "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{wide:.1}\" xml:space=\"preserve\" fill=\"{}\"{}>{}</text>",
            y + 13.5,
            self.fg,
            self.style,
            escape(text)
        );
    }
}
