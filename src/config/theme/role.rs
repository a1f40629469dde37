//! The names that drawing code uses instead of colours. One table: variant, dotted name, meaning.

macro_rules! roles {
    ($($variant:ident $name:literal $meaning:literal,)*) => {
        /// What a cell is for. A theme gives each one a face; one it leaves out looks like its parent
        /// (`pane.border.focused` like `pane.border`, that like `pane`, that like `base`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role {
            $(#[doc = $meaning] $variant,)*
        }

        impl Role {
            /// Every role, parents before their children.
            pub const ALL: &[Role] = &[$(Role::$variant,)*];

            /// The dotted name, as themes write it.
            pub const fn name(self) -> &'static str {
                match self { $(Role::$variant => $name,)* }
            }

            /// What it is for, in a few words.
            pub const fn meaning(self) -> &'static str {
                match self { $(Role::$variant => $meaning,)* }
            }
        }
    };
}

roles! {
    Base "base" "everything that has no face of its own",
    Header "header" "the line at the top",
    HeaderName "header.name" "the room's name",
    HeaderWaiting "header.waiting" "how many wait on you, where any do",
    HeaderSeat "header.seat" "a person in the room",
    HeaderDriving "header.driving" "the person who drives",
    HeaderClock "header.clock" "the time of day",
    Pane "pane" "a tile; agents' own default colours",
    PaneTitle "pane.title" "the title in a tile's frame",
    PaneTitleFocused "pane.title.focused" "the title of the focused tile",
    PaneBorder "pane.border" "a tile's frame",
    PaneBorderFocused "pane.border.focused" "the frame of the focused tile",
    PaneBorderWaiting "pane.border.waiting" "the frame of an agent that waits on you",
    PaneBorderExited "pane.border.exited" "the frame of an agent that ended",
    PaneBorderTyping "pane.border.typing" "the frame of the tile that your keys go to",
    PaneHint "pane.hint" "a note over a tile: cut off, scrolled back, resuming",
    State "state" "an agent's state",
    StateWorking "state.working" "in a turn",
    StateWaiting "state.waiting" "waits for a person",
    StateIdle "state.idle" "at its prompt",
    StateUnknown "state.unknown" "nothing says what it does",
    StateStuck "state.stuck" "working by its own word, and silent",
    StateLimited "state.limited" "held back by a rate or usage limit",
    StateExited "state.exited" "ended with success",
    StateFailed "state.failed" "ended with an error, or never started",
    StateStarting "state.starting" "asked for; no process yet",
    Sidebar "sidebar" "the column with what waits and the queue",
    SidebarTitle "sidebar.title" "a heading in it",
    SidebarBorder "sidebar.border" "its lines",
    SidebarTrack "sidebar.track" "a track's name",
    SidebarStage "sidebar.stage" "a stage's name",
    SidebarItem "sidebar.item" "a brief or a request",
    SidebarSelected "sidebar.selected" "the item under the cursor",
    SidebarBroken "sidebar.broken" "a brief that cannot be read",
    SidebarAge "sidebar.age" "how long something waits",
    SidebarPriority "sidebar.priority" "a brief's priority",
    SidebarPriorityHigh "sidebar.priority.high" "a priority above the usual",
    Gauge "gauge" "what a gauge said of late",
    GaugeTrend "gauge.trend" "which way its value went",
    GaugePassed "gauge.passed" "it passed",
    GaugeFailed "gauge.failed" "it did not pass",
    GaugeUnread "gauge.unread" "it has no value",
    Card "card" "the card with what is to be decided",
    CardBorder "card.border" "its frame",
    CardTitle "card.title" "who asks, for which brief",
    CardTool "card.tool" "what is to be done: the tool, the gate",
    CardDetail "card.detail" "exactly what is asked",
    CardDetailAdded "card.detail.added" "an added line",
    CardDetailRemoved "card.detail.removed" "a removed line",
    CardMeta "card.meta" "age, source, why it needs you",
    CardKey "card.key" "a key that decides",
    CardKeyDisabled "card.key.disabled" "a key that does not count here",
    CardSettling "card.settling" "the card is too new to be decided",
    Status "status" "the line at the bottom",
    StatusKey "status.key" "a key in it",
    StatusModeRoom "status.mode.room" "keys are commands",
    StatusModePane "status.mode.pane" "keys go to the agent",
    Popup "popup" "help, palette, which-key, forms",
    PopupBorder "popup.border" "its frame",
    PopupTitle "popup.title" "its title",
    PopupKey "popup.key" "a key in it",
    PopupText "popup.text" "its text",
    PopupSelected "popup.selected" "the line under the cursor",
    PopupMatch "popup.match" "the letters that matched",
    Input "input" "a line to type in",
    InputCursor "input.cursor" "its cursor",
    InputPlaceholder "input.placeholder" "what it says while empty",
    Diff "diff" "the diff of a brief's work",
    DiffFile "diff.file" "a file's name in it",
    DiffHunk "diff.hunk" "where changes begin",
    DiffNumber "diff.number" "a line's number",
    DiffAdded "diff.added" "an added line",
    DiffAddedWord "diff.added.word" "what of it is new",
    DiffRemoved "diff.removed" "a removed line",
    DiffRemovedWord "diff.removed.word" "what of it is gone",
    DiffCursor "diff.cursor" "the line you are at",
    DiffComment "diff.comment" "a comment on lines",
    DiffOutdated "diff.outdated" "a comment whose lines are others now",
    Syntax "syntax" "the text of a program",
    SyntaxKeyword "syntax.keyword" "a word of the language",
    SyntaxString "syntax.string" "text in quotes",
    SyntaxNumber "syntax.number" "a number",
    SyntaxComment "syntax.comment" "a remark for people",
    SyntaxType "syntax.type" "a name that begins with a capital",
    Toast "toast" "a sentence that goes by itself",
    ToastNote "toast.note" "good to know",
    ToastWarning "toast.warning" "not as asked for",
    ToastError "toast.error" "something failed",
    Search "search" "what a search found",
    SearchMatch "search.match" "every match",
    SearchCurrent "search.current" "the match you are at",
    Selection "selection" "text that is marked",
    Scrollbar "scrollbar" "the track of a scroll bar",
    ScrollbarThumb "scrollbar.thumb" "its thumb",
    Dim "dim" "what may be overlooked",
}

impl Role {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The role of a dotted name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }

    /// The nearest role above it; `None` for `base`.
    pub fn parent(self) -> Option<Self> {
        if self == Self::Base {
            return None;
        }
        let mut name = self.name();
        while let Some((above, _)) = name.rsplit_once('.') {
            if let Some(role) = Self::named(above) {
                return Some(role);
            }
            name = above;
        }
        Some(Self::Base)
    }

    /// Its place in [`Role::ALL`].
    pub(super) const fn index(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::Role;

    #[test]
    fn every_name_leads_back_to_its_role() {
        for (index, role) in Role::ALL.iter().enumerate() {
            assert_eq!(Role::named(role.name()), Some(*role));
            assert_eq!(role.index(), index);
        }
        assert_eq!(Role::named("pane.borders"), None);
    }

    #[test]
    fn parents_stand_before_their_children() {
        for role in Role::ALL {
            assert!(
                role.parent().is_none_or(|parent| parent < *role),
                "{role:?}"
            );
        }
    }

    #[test]
    fn a_role_falls_back_to_the_nearest_name_above_it() {
        assert_eq!(Role::PaneBorderFocused.parent(), Some(Role::PaneBorder));
        assert_eq!(Role::PaneBorder.parent(), Some(Role::Pane));
        assert_eq!(Role::Pane.parent(), Some(Role::Base));
        assert_eq!(Role::StatusModeRoom.parent(), Some(Role::Status));
        assert_eq!(Role::Base.parent(), None);
    }
}
