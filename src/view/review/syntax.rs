//! What the text of a program is made of, line by line: words of the language, text in quotes, numbers,
//! remarks, names of types. A few rules for each language, no grammar: enough to read by, and nothing that
//! costs more than the lines in sight.

/// What a byte belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Paint {
    /// Nothing of its own.
    #[default]
    Plain,
    /// A word of the language.
    Keyword,
    /// Text in quotes.
    Text,
    /// A number.
    Number,
    /// A remark.
    Remark,
    /// A name that begins with a capital.
    Type,
}

/// What a line begins in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    #[default]
    Code,
    /// The text or remark that this pair of the language's holds.
    Inside(usize),
}

/// A language.
#[derive(Debug)]
pub struct Language {
    /// How its files end, or what they are called.
    files: &'static [&'static str],
    /// What begins a remark that ends with the line.
    remark: &'static [&'static str],
    /// What begins and ends something that may go over lines.
    pairs: &'static [(&'static str, &'static str, Paint)],
    /// What stands around text.
    quotes: &'static [char],
    /// Its words.
    words: &'static str,
    /// Whether names with a capital are types.
    types: Types,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Types {
    Capital,
    None,
}

const C_REMARK: (&str, &str, Paint) = ("/*", "*/", Paint::Remark);

const LANGUAGES: &[Language] = &[
    Language {
        files: &["rs"],
        remark: &["//"],
        pairs: &[C_REMARK, ("r#\"", "\"#", Paint::Text)],
        quotes: &['"', '\''],
        words: "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self static struct super trait true type unsafe use where while yield",
        types: Types::Capital,
    },
    Language {
        files: &["py", "pyi"],
        remark: &["#"],
        pairs: &[
            ("\"\"\"", "\"\"\"", Paint::Text),
            ("'''", "'''", Paint::Text),
        ],
        quotes: &['"', '\''],
        words: "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda match case nonlocal not or pass raise return try while with yield self",
        types: Types::Capital,
    },
    Language {
        files: &[
            "js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "vue", "svelte",
        ],
        remark: &["//"],
        pairs: &[C_REMARK, ("`", "`", Paint::Text)],
        quotes: &['"', '\''],
        words: "abstract any as async await boolean break case catch class const continue declare default delete do else enum export extends false finally for from function get if implements import in instanceof interface keyof let namespace never new null number of private protected public readonly return set static string super switch this throw true try type typeof undefined unknown var void while with yield",
        types: Types::Capital,
    },
    Language {
        files: &["go"],
        remark: &["//"],
        pairs: &[C_REMARK, ("`", "`", Paint::Text)],
        quotes: &['"', '\''],
        words: "any bool break byte case chan const continue default defer else error fallthrough false float64 for func go goto if import int int64 interface map nil package range return rune select string struct switch true type uint64 var",
        types: Types::Capital,
    },
    Language {
        files: &[
            "c", "h", "cc", "cpp", "hpp", "cxx", "java", "kt", "kts", "cs", "swift", "scala",
            "dart", "zig", "proto", "php", "m",
        ],
        remark: &["//"],
        pairs: &[C_REMARK, ("\"\"\"", "\"\"\"", Paint::Text)],
        quotes: &['"', '\''],
        words: "abstract as auto bool boolean break byte case catch char class const constexpr continue data def default delete do double else enum explicit export extends extension extern false final finally float for friend fun func function goto guard if implements import in inline instanceof int interface internal is let lateinit long mutating namespace new null nullptr object operator override package private protected protocol public register return sealed self short signed sizeof static string struct super suspend switch synchronized template this throw throws trait true try typedef typename union unsigned using val var virtual void volatile when where while yield",
        types: Types::Capital,
    },
    Language {
        files: &["rb", "ex", "exs", "cr", "Gemfile", "Rakefile"],
        remark: &["#"],
        pairs: &[
            ("\"\"\"", "\"\"\"", Paint::Text),
            ("=begin", "=end", Paint::Remark),
        ],
        quotes: &['"', '\''],
        words: "alias and begin break case class cond def defmodule defp do else elsif end ensure false fn for if import in module next nil not or raise redo require rescue retry return self super then true undef unless until use when while yield",
        types: Types::Capital,
    },
    Language {
        files: &[
            "sh",
            "bash",
            "zsh",
            "fish",
            "Dockerfile",
            "Makefile",
            "mk",
            "justfile",
            "run",
            "env",
        ],
        remark: &["#"],
        pairs: &[],
        quotes: &['"', '\''],
        words: "case do done elif else end esac exit export fi for function if in local read return select set shift then trap until while FROM RUN COPY ENV CMD ENTRYPOINT WORKDIR ARG EXPOSE ADD",
        types: Types::None,
    },
    Language {
        files: &[
            "toml",
            "yaml",
            "yml",
            "ini",
            "cfg",
            "conf",
            "tf",
            "nix",
            "gitignore",
            "lock",
            "properties",
        ],
        remark: &["#"],
        pairs: &[
            ("\"\"\"", "\"\"\"", Paint::Text),
            ("'''", "'''", Paint::Text),
        ],
        quotes: &['"', '\''],
        words: "true false null yes no on off",
        types: Types::None,
    },
    Language {
        files: &["json", "jsonc", "json5"],
        remark: &["//"],
        pairs: &[C_REMARK],
        quotes: &['"'],
        words: "true false null",
        types: Types::None,
    },
    Language {
        files: &["css", "scss", "less"],
        remark: &["//"],
        pairs: &[C_REMARK],
        quotes: &['"', '\''],
        words: "important from to and not only media import use include mixin extend",
        types: Types::None,
    },
    Language {
        files: &["html", "htm", "xml", "svg"],
        remark: &[],
        pairs: &[("<!--", "-->", Paint::Remark)],
        quotes: &['"'],
        words: "html head body div span script style link meta title p a ul ol li table tr td th form input button label section main header footer nav",
        types: Types::None,
    },
    Language {
        files: &["sql"],
        remark: &["--"],
        pairs: &[C_REMARK],
        quotes: &['\'', '"'],
        words: "add all alter and as asc between by case column constraint create default delete desc distinct drop else end exists foreign from full group having if in index inner insert into is join key left like limit not null on or order outer primary references returning right select set table then union unique update values view when where with ADD ALL ALTER AND AS ASC BETWEEN BY CASE COLUMN CONSTRAINT CREATE DEFAULT DELETE DESC DISTINCT DROP ELSE END EXISTS FOREIGN FROM FULL GROUP HAVING IF IN INDEX INNER INSERT INTO IS JOIN KEY LEFT LIKE LIMIT NOT NULL ON OR ORDER OUTER PRIMARY REFERENCES RETURNING RIGHT SELECT SET TABLE THEN UNION UNIQUE UPDATE VALUES VIEW WHEN WHERE WITH",
        types: Types::None,
    },
    Language {
        files: &["lua", "hs", "elm", "ml"],
        remark: &["--"],
        pairs: &[
            ("--[[", "]]", Paint::Remark),
            ("{-", "-}", Paint::Remark),
            ("(*", "*)", Paint::Remark),
        ],
        quotes: &['"'],
        words: "and break case class data deriving do else elseif end false for function goto if import in instance let local match module newtype nil not of open or rec repeat return then true type until where while with",
        types: Types::Capital,
    },
];

/// The language of a file, where it is known.
pub fn language(path: &str) -> Option<&'static Language> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let end = name.rsplit_once('.').map_or(name, |(_, end)| end);
    let is = |one: &&Language| one.files.iter().any(|file| *file == end || *file == name);
    LANGUAGES.iter().find(is)
}

/// Reads a line that begins in a state: paints its bytes, where `paint` is as long as the line, and says what
/// the next line begins in.
pub fn read(language: &Language, state: State, line: &str, paint: &mut [Paint]) -> State {
    let mut reader = Reader {
        language,
        line,
        at: 0,
        paint,
    };
    if let State::Inside(pair) = state
        && !reader.to_end_of(pair)
    {
        return state;
    }
    while let Some(first) = reader.rest().chars().next() {
        if let Some(pair) = reader.opens() {
            let (open, _, paint) = language.pairs[pair];
            reader.take(open.len(), paint);
            if !reader.to_end_of(pair) {
                return State::Inside(pair);
            }
        } else if language.remark.iter().any(|it| reader.begins_remark(it)) {
            reader.take(line.len(), Paint::Remark);
        } else if language.quotes.contains(&first) && !reader.is_lifetime(first) {
            reader.quoted(first);
        } else if first.is_alphabetic() || first == '_' {
            reader.word();
        } else if first.is_ascii_digit() {
            reader.number();
        } else {
            reader.take(first.len_utf8(), Paint::Plain);
        }
    }
    State::Code
}

struct Reader<'r> {
    language: &'r Language,
    line: &'r str,
    at: usize,
    paint: &'r mut [Paint],
}

impl<'r> Reader<'r> {
    fn rest(&self) -> &'r str {
        self.line.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, bytes: usize, paint: Paint) {
        let end = self.at.saturating_add(bytes).min(self.line.len());
        if let Some(part) = self.paint.get_mut(self.at..end) {
            part.fill(paint);
        }
        self.at = end;
    }

    /// The pair that opens here; of several, the longest.
    fn opens(&self) -> Option<usize> {
        let rest = self.rest();
        let pairs = self.language.pairs.iter().enumerate();
        let here = pairs.filter(|(_, (open, ..))| rest.starts_with(open));
        here.max_by_key(|(_, (open, ..))| open.len())
            .map(|(at, _)| at)
    }

    /// Goes behind the end of a pair, where it ends in this line.
    fn to_end_of(&mut self, pair: usize) -> bool {
        let Some((_, close, paint)) = self.language.pairs.get(pair) else {
            return true;
        };
        match self.rest().find(close) {
            Some(at) => {
                self.take(at + close.len(), *paint);
                true
            }
            None => {
                self.take(self.line.len(), *paint);
                false
            }
        }
    }

    /// A `#` inside of a word begins no remark.
    fn begins_remark(&self, sign: &str) -> bool {
        let before = self
            .line
            .get(..self.at)
            .and_then(|it| it.chars().next_back());
        let free = sign != "#" || before.is_none_or(|c| c.is_whitespace() || ";({[,".contains(c));
        free && self.rest().starts_with(sign)
    }

    /// `'a` of Rust has no second quote nearby.
    fn is_lifetime(&self, quote: char) -> bool {
        if quote != '\'' || self.language.files != ["rs"] {
            return false;
        }
        let mut next = self.rest().chars().skip(1);
        match (next.next(), next.next()) {
            (Some('\\'), _) | (_, Some('\'')) => false,
            (_, _) => true,
        }
    }

    fn quoted(&mut self, quote: char) {
        let mut escaped = false;
        let mut length = quote.len_utf8();
        for c in self.rest().chars().skip(1) {
            length += c.len_utf8();
            match (c, escaped) {
                (_, true) => escaped = false,
                ('\\', false) => escaped = true,
                (c, false) if c == quote => break,
                (_, false) => {}
            }
        }
        self.take(length, Paint::Text);
    }

    fn word(&mut self) {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
        let word = &rest[..end.unwrap_or(rest.len())];
        // who only wants to know the next state needs no names
        let paint = match self.paint.is_empty() {
            true => Paint::Plain,
            false if self.language.words.split(' ').any(|it| it == word) => Paint::Keyword,
            false => {
                let capital = word.starts_with(|c: char| c.is_uppercase());
                match (self.language.types, capital) {
                    (Types::Capital, true) => Paint::Type,
                    (Types::Capital, false) | (Types::None, _) => Paint::Plain,
                }
            }
        };
        self.take(word.len(), paint);
    }

    fn number(&mut self) {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
        let length = end.unwrap_or(rest.len());
        // `1..9` is two numbers
        let length = rest[..length].find("..").unwrap_or(length).max(1);
        self.take(length, Paint::Number);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use proptest::prelude::*;

    use super::*;

    /// A letter for each byte: what it is.
    fn painted(file: &str, lines: &[&str]) -> Vec<String> {
        let language = language(file).unwrap();
        let mut state = State::Code;
        let mut all = Vec::new();
        for line in lines {
            let mut paint = vec![Paint::Plain; line.len()];
            state = read(language, state, line, &mut paint);
            let letters = paint.iter().map(|paint| match paint {
                Paint::Plain => '.',
                Paint::Keyword => 'k',
                Paint::Text => 't',
                Paint::Number => 'n',
                Paint::Remark => 'r',
                Paint::Type => 'T',
            });
            all.push(letters.collect());
        }
        all
    }

    #[test]
    fn a_line_is_read_in_its_language() {
        assert_eq!(
            painted("src/a.rs", &["let x: Vec<&'a str> = \"b // c\"; // 12"]),
            ["kkk....TTT............tttttttt..rrrrr"]
        );
        assert_eq!(painted("a.py", &["if x == 10: # y"]), ["kk......nn..rrr"]);
        assert_eq!(painted("Dockerfile", &["RUN echo a#b"]), ["kkk........."]);
    }

    #[test]
    fn what_goes_over_lines_is_known_on_the_next() {
        assert_eq!(
            painted("a.c", &["/* one", "two */ int", "three"]),
            ["rrrrrr", "rrrrrr.kkk", "....."]
        );
        assert_eq!(
            painted("a.py", &["\"\"\"one", "two\"\"\""]),
            ["tttttt", "tttttt"]
        );
    }

    #[test]
    fn a_file_of_an_unknown_kind_has_no_language() {
        assert!(language("notes.xyz").is_none());
        assert!(language("deep/folder/Makefile").is_some());
    }

    proptest! {
        #[test]
        fn any_line_is_read_to_its_end(line in "[a-z'\"/*#{}\\-\\\\ 0-9.äß宽`]{0,40}", file in "a\\.(rs|py|ts|go|c|rb|sh|toml|json|css|html|sql|lua)") {
            let language = language(&file).unwrap();
            for state in [State::Code, State::Inside(0), State::Inside(9)] {
                let mut paint = vec![Paint::Plain; line.len()];
                let with = read(language, state, &line, &mut paint);
                prop_assert_eq!(with, read(language, state, &line, &mut []));
            }
        }
    }
}
