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
        for col in 0..cols {
            let Some(cell) = screen.cell(row, col) else {
                continue;
            };
            let (mut fg, mut bg) = (
                colour(cell.fgcolor(), FOREGROUND),
                colour(cell.bgcolor(), BACKGROUND),
            );
            if cell.inverse() {
                std::mem::swap(&mut fg, &mut bg);
            }
            let (x, y) = (f32::from(col) * CELL_WIDTH, f32::from(row) * CELL_HEIGHT);
            let wide = if cell.is_wide() { 2.0 } else { 1.0 } * CELL_WIDTH;
            if bg != BACKGROUND && !cell.is_wide_continuation() {
                let _ = writeln!(
                    blocks,
                    "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{CELL_HEIGHT:.1}\" fill=\"{bg}\"/>",
                    wide + 0.3
                );
            }
            let text = cell.contents();
            if text.trim().is_empty() {
                continue;
            }
            let weight = if cell.bold() {
                " font-weight=\"bold\""
            } else {
                ""
            };
            let slant = if cell.italic() {
                " font-style=\"italic\""
            } else {
                ""
            };
            let line = if cell.underline() {
                " text-decoration=\"underline\""
            } else {
                ""
            };
            let dim = if cell.dim() { " opacity=\"0.6\"" } else { "" };
            let _ = writeln!(
                letters,
                "<text x=\"{x:.1}\" y=\"{:.1}\" fill=\"{fg}\"{weight}{slant}{line}{dim}>{}</text>",
                y + 13.5,
                escape(text)
            );
        }
    }
    svg.push_str(&blocks);
    svg.push_str(&letters);
    svg.push_str("</g>\n</svg>\n");
    svg
}
