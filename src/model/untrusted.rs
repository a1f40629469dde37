//! Text that an agent, a brief or a peer wrote. It is drawn, logged and printed only as `shown`:
//! every control and invisible character in it becomes visible, and marks do not pile up.

use serde::{Deserialize, Serialize};

/// Text nobody here wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Untrusted(String);

/// The most combining marks shown on one character.
const MARKS: usize = 4;
/// Columns from one tab stop to the next.
const TAB: usize = 4;

impl Untrusted {
    /// Text as it came.
    pub fn new(text: impl Into<String>) -> Self {
        Untrusted(text.into())
    }

    /// The text as it came: to be stored, compared, searched or sent on, never to be shown.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// True if there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One line in which everything can be seen: newlines and tabs as `␊` and `␉` too.
    pub fn shown(&self) -> String {
        shown(&self.0)
    }

    /// Line by line, with newlines kept as line ends and tabs as spaces.
    pub fn shown_lines(&self) -> Vec<String> {
        self.0
            .split('\n')
            .map(|line| shown(&expand(line.strip_suffix('\r').unwrap_or(line))))
            .collect()
    }
}

impl From<String> for Untrusted {
    fn from(text: String) -> Self {
        Untrusted(text)
    }
}

impl From<&str> for Untrusted {
    fn from(text: &str) -> Self {
        Untrusted(text.to_owned())
    }
}

fn expand(line: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for c in line.chars() {
        if c == '\t' {
            let spaces = TAB - column % TAB;
            out.extend(std::iter::repeat_n(' ', spaces));
            column += spaces;
        } else {
            out.push(c);
            column += 1;
        }
    }
    out
}

fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = Before::Nothing;
    for c in text.chars() {
        before = match kind(c) {
            Kind::Visible => {
                out.push(c);
                if takes_selector(c) {
                    Before::Emoji
                } else {
                    Before::Letter(0)
                }
            }
            Kind::Control => {
                out.push(picture(c));
                Before::Nothing
            }
            Kind::Mark => match before {
                Before::Letter(marks) if marks < MARKS => {
                    out.push(c);
                    Before::Letter(marks + 1)
                }
                Before::Emoji => {
                    out.push(c);
                    Before::Letter(1)
                }
                Before::Letter(_) | Before::Nothing => named(&mut out, c),
            },
            Kind::Selector if before == Before::Emoji => {
                out.push(c);
                Before::Letter(MARKS - 1)
            }
            Kind::Selector | Kind::Invisible => named(&mut out, c),
        };
    }
    out
}

fn named(out: &mut String, c: char) -> Before {
    out.push_str(&format!("⟨U+{:04X}⟩", u32::from(c)));
    Before::Nothing
}

/// What a mark would stand on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Letter(usize),
    Emoji,
}

enum Kind {
    Visible,
    Control,
    Mark,
    Selector,
    Invisible,
}

fn kind(c: char) -> Kind {
    match c {
        '\0'..='\x1f' | '\x7f' => Kind::Control,
        ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' => Kind::Visible,
        '\u{fe0e}' | '\u{fe0f}' => Kind::Selector,
        c if is_invisible(c) => Kind::Invisible,
        c if is_mark(c) => Kind::Mark,
        _ => Kind::Visible,
    }
}

/// The picture of a C0 control.
fn picture(c: char) -> char {
    match u32::from(c) {
        0x7f => '␡',
        code => char::from_u32(0x2400 + code).unwrap_or('␦'),
    }
}

/// C1 controls, format characters, line separators, spaces that are not plain ones, fillers that
/// look like nothing, tags, private use and what is no character at all.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{1680}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}'
        | '\u{2800}' | '\u{3000}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0d}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fdd0}'..='\u{fdef}' | '\u{fffe}'..='\u{ffff}' | '\u{110bd}'
        | '\u{110cd}' | '\u{13430}'..='\u{1345f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..)
}

/// Characters that take no column of their own and stand on the one before them: the blocks of
/// combining marks, and the vowel signs of the scripts in common use.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}'
        | '\u{5c4}'..='\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{711}'
        | '\u{730}'..='\u{74a}' | '\u{7a6}'..='\u{7b0}' | '\u{7eb}'..='\u{7f3}' | '\u{816}'..='\u{82d}'
        | '\u{859}'..='\u{85b}' | '\u{898}'..='\u{89f}' | '\u{8ca}'..='\u{8e1}' | '\u{8e3}'..='\u{902}' | '\u{93a}'
        | '\u{93c}' | '\u{941}'..='\u{948}' | '\u{94d}' | '\u{951}'..='\u{957}' | '\u{962}'..='\u{963}' | '\u{981}'
        | '\u{9bc}' | '\u{9c1}'..='\u{9c4}' | '\u{9cd}' | '\u{a01}'..='\u{a02}' | '\u{a3c}' | '\u{a41}'..='\u{a51}'
        | '\u{a70}'..='\u{a71}' | '\u{abc}' | '\u{ac1}'..='\u{ac8}' | '\u{acd}' | '\u{b3c}' | '\u{b3f}'
        | '\u{b41}'..='\u{b44}' | '\u{b4d}' | '\u{b82}' | '\u{bc0}' | '\u{bcd}' | '\u{c3e}'..='\u{c40}'
        | '\u{c46}'..='\u{c56}' | '\u{cbc}' | '\u{ccc}'..='\u{ccd}' | '\u{d41}'..='\u{d44}' | '\u{d4d}' | '\u{dca}'
        | '\u{dd2}'..='\u{dd6}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{eb1}'
        | '\u{eb4}'..='\u{ebc}' | '\u{ec8}'..='\u{ece}' | '\u{f18}'..='\u{f19}' | '\u{f35}' | '\u{f37}' | '\u{f39}'
        | '\u{f71}'..='\u{f7e}' | '\u{f80}'..='\u{f84}' | '\u{f86}'..='\u{f87}' | '\u{f8d}'..='\u{fbc}'
        | '\u{102d}'..='\u{1030}' | '\u{1032}'..='\u{1037}' | '\u{1039}'..='\u{103a}' | '\u{135d}'..='\u{135f}'
        | '\u{17b7}'..='\u{17bd}' | '\u{17c6}' | '\u{17c9}'..='\u{17d3}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{2cef}'..='\u{2cf1}' | '\u{2de0}'..='\u{2dff}'
        | '\u{302a}'..='\u{302d}' | '\u{3099}'..='\u{309a}' | '\u{a66f}'..='\u{a672}' | '\u{a674}'..='\u{a67d}'
        | '\u{fb1e}' | '\u{fe20}'..='\u{fe2f}' | '\u{1d165}'..='\u{1d169}' | '\u{1d16d}'..='\u{1d172}'
        | '\u{1d17b}'..='\u{1d182}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// Characters a presentation selector may follow.
fn takes_selector(c: char) -> bool {
    matches!(c, '#' | '*' | '0'..='9' | '©' | '®' | '\u{203c}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn show(text: &str) -> String {
        Untrusted::from(text).shown()
    }

    #[test]
    fn ordinary_text_of_any_script_is_shown_as_it_is() {
        for text in [
            "rm -rf build",
            "Grüße",
            "宽字符",
            "नमस्ते",
            "สวัสดี",
            "e\u{301}",
            "✋",
            "❤\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            "─│┌ ▶ ☃",
        ] {
            assert_eq!(show(text), text, "{text:?}");
        }
    }

    #[test]
    fn controls_are_shown_as_pictures() {
        assert_eq!(show("a\x1b[31m\0\x07\x7f\r\n\t"), "a␛[31m␀␇␡␍␊␉");
        assert_eq!(show("\u{9b}31m"), "⟨U+009B⟩31m");
    }

    #[test]
    fn what_hides_or_turns_text_is_named() {
        let hidden = [
            ("\u{202e}", "202E"),
            ("\u{2066}", "2066"),
            ("\u{200b}", "200B"),
            ("\u{200d}", "200D"),
            ("\u{feff}", "FEFF"),
            ("\u{ad}", "00AD"),
            ("\u{2028}", "2028"),
            ("\u{e0041}", "E0041"),
            ("\u{3164}", "3164"),
            ("\u{a0}", "00A0"),
            ("\u{e0100}", "E0100"),
            ("\u{fe00}", "FE00"),
            ("\u{e123}", "E123"),
            ("\u{10fffe}", "10FFFE"),
        ];
        for (text, code) in hidden {
            assert_eq!(show(&format!("a{text}b")), format!("a⟨U+{code}⟩b"));
        }
    }

    #[test]
    fn selectors_stand_only_after_what_takes_them() {
        assert_eq!(show("a\u{fe0f}"), "a⟨U+FE0F⟩");
        assert_eq!(show("❤\u{fe0f}\u{fe0f}"), "❤\u{fe0f}⟨U+FE0F⟩");
    }

    #[test]
    fn marks_do_not_pile_up() {
        let shown = show(&format!("a{}", "\u{301}".repeat(6)));
        assert_eq!(shown.matches('\u{301}').count(), MARKS);
        assert!(shown.ends_with("⟨U+0301⟩⟨U+0301⟩"));
        assert_eq!(show("\u{301}a"), "⟨U+0301⟩a");
    }

    #[test]
    fn lines_and_tabs_keep_their_sense_where_lines_are_shown() {
        let text = Untrusted::from("fn a() {\r\n\tb\u{202e}();\n}");
        assert_eq!(text.shown_lines(), ["fn a() {", "    b⟨U+202E⟩();", "}"]);
    }

    #[test]
    fn it_travels_as_a_plain_string() {
        let text = Untrusted::from("a\x1b");
        assert_eq!(serde_json::to_string(&text).unwrap(), "\"a\\u001b\"");
        assert_eq!(
            serde_json::from_str::<Untrusted>("\"x\"").unwrap().raw(),
            "x"
        );
    }
}
