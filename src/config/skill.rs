//! A skill's file: front matter between two `---` lines (`name`, `description`), then what its agent is told.
//! The common SKILL.md form. It reads texts, never files.

/// A skill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skill {
    /// What it calls itself; empty where it does not say.
    pub name: String,
    /// One line; empty where there is none.
    pub description: String,
    /// What its agent is told.
    pub text: String,
}

const FENCE: &str = "---";

/// Reads a skill. A file without front matter, or with one that does not end, is all text.
pub fn read(text: &str) -> Skill {
    let text = text.trim_start_matches('\u{feff}');
    let whole = || Skill {
        text: text.trim().to_owned(),
        ..Skill::default()
    };
    let mut lines = text.split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| line.trim_end() == FENCE) else {
        return whole();
    };
    let mut skill = Skill::default();
    let mut at = first.len();
    for line in lines {
        at += line.len();
        if line.trim_end() == FENCE {
            skill.text = text[at..].trim().to_owned();
            return skill;
        }
        match line.split_once(':') {
            Some(("name", value)) => skill.name = plain(value),
            Some(("description", value)) => skill.description = plain(value),
            Some(_) | None => {}
        }
    }
    whole()
}

/// A value of one line, without its quotes.
fn plain(value: &str) -> String {
    let value = value.trim();
    let quoted = ['"', '\''].iter().find_map(|quote| {
        let inner = value.strip_prefix(*quote)?;
        inner.strip_suffix(*quote)
    });
    quoted.unwrap_or(value).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skill_is_a_name_a_description_and_a_text() {
        let skill = read(
            "---\nname: builder\ndescription: \"Makes: things\"\nlicense: MIT\n---\n\nMake it.\n---\nWell.\n",
        );
        assert_eq!(skill.name, "builder");
        assert_eq!(skill.description, "Makes: things");
        assert_eq!(skill.text, "Make it.\n---\nWell.");
    }

    #[test]
    fn a_file_without_front_matter_is_all_text() {
        for text in ["Make it.", "---\nname: x\nMake it.", ""] {
            let skill = read(text);
            assert_eq!(
                (skill.name.as_str(), skill.text.as_str()),
                ("", text.trim())
            );
        }
    }
}
