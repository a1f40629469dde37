//! A layout: where the sidebar, the cards and the tiles go. Sizes only; rectangles are the desk's.

mod read;

pub use read::parse;

/// A length along one side of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// So many cells.
    Cells(u16),
    /// A share of what there is, 1-100.
    Percent(u8),
}

/// A size in cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// How one person's screen is divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Its name.
    pub name: String,
    /// One line for the palette.
    pub about: String,
    /// The column with what waits and the queue.
    pub sidebar: Sidebar,
    /// Where a decision card goes.
    pub card: CardSpot,
    /// Where a diff goes; none: over everything.
    pub review: Option<ReviewSpot>,
    /// How tiles are arranged.
    pub tiles: Arrangement,
    /// No tile is made smaller; those without room are on the next page. Frame included.
    pub min_tile: Size,
    /// Which tile comes first.
    pub order: Order,
    /// What to use where the screen is too small for this one.
    pub small: Option<Small>,
}

/// The column with what waits and the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sidebar {
    /// Where it stands.
    pub side: Side,
    /// How wide it is, its frame included.
    pub width: Extent,
    /// It is hidden on a screen with fewer columns.
    pub min_screen_width: u16,
}

/// Where the sidebar stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Side {
    /// At the left.
    #[default]
    Left,
    /// At the right.
    Right,
    /// Nowhere; a key brings it up.
    None,
}

/// Where a decision card goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardSpot {
    /// The place.
    pub place: CardPlace,
    /// Its height (`Bottom`, `Overlay`, `Sidebar`) or width (`Right`), at most; a short card takes less.
    pub size: Extent,
    /// When there is one.
    pub when: CardWhen,
}

/// A place for a diff beside the tiles, at their right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewSpot {
    /// Its width.
    pub size: Extent,
    /// On a screen with fewer columns a diff covers everything.
    pub min_screen_width: u16,
}

/// Where a decision card is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CardPlace {
    /// Below the tiles; tiles get smaller.
    #[default]
    Bottom,
    /// Beside the tiles; tiles get smaller.
    Right,
    /// Over the tiles.
    Overlay,
    /// In the lower part of the sidebar; as `Bottom` where the sidebar is hidden.
    Sidebar,
}

/// When there is a card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CardWhen {
    /// Always: its room is kept, so that tiles never move.
    Always,
    /// While something waits.
    #[default]
    Waiting,
}

/// Which tile comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// By number: a tile never moves by itself.
    #[default]
    Number,
    /// Those that wait first, longest first; then by number.
    Waiting,
}

/// How tiles are arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangement {
    /// All of one size.
    Grid {
        /// At most so many on a page; as many as fit where `None`.
        max: Option<u16>,
    },
    /// One large, the rest in a strip.
    Focus {
        /// Where the strip is.
        strip: Strip,
        /// The strip's share of the tiles' area, in percent; the large tile has the rest.
        strip_share: u8,
    },
    /// Agents that wait grow, finished ones fold.
    Triage {
        /// A waiting tile's area, in percent of the others' (100: no difference).
        waiting_weight: u16,
        /// What becomes of agents that ended.
        finished: Finished,
        /// At most so many full tiles on a page; as many as fit where `None`.
        max: Option<u16>,
    },
    /// One at a time, the whole area.
    Stack,
}

/// Where the strip of small tiles is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Strip {
    /// Below the large tile.
    #[default]
    Bottom,
    /// At its right.
    Right,
}

/// What becomes of the tile of an agent that ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Finished {
    /// One line: its title.
    #[default]
    Fold,
    /// As the others.
    Keep,
}

/// What to use where the screen is too small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Small {
    /// Smaller than this, in either direction.
    pub below: Size,
    /// The layout to use then.
    pub layout: String,
}

impl Extent {
    /// In cells, of `total`; never more than that.
    pub fn of(self, total: u16) -> u16 {
        match self {
            Extent::Cells(cells) => cells.min(total),
            Extent::Percent(percent) => {
                let cells = u32::from(total) * u32::from(percent.min(100)) / 100;
                u16::try_from(cells).unwrap_or(total)
            }
        }
    }
}

impl Layout {
    /// The layout to use instead on a screen of this size, where this one is too large for it.
    pub fn instead_at(&self, screen: Size) -> Option<&str> {
        let small = self.small.as_ref()?;
        let too_small = screen.width < small.below.width || screen.height < small.below.height;
        too_small.then_some(small.layout.as_str())
    }
}
