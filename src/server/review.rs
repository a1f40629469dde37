//! A diff as it is told to a client: parsed, cut to its limits, with a digest of the work and with the comments
//! whose lines do not stand there any more. Reads nothing by itself.

use sha2::{Digest as _, Sha256};

use crate::diff::{BYTES, Diff, Piece, Reach, parse, pieces};
use crate::model::{BriefId, Comment, CommentId, CommentState, Digest, Side};
use crate::wire::DiffEnd;

use super::git::{DiffText, Work};
use super::hub::Hub;
use super::post::WorkOf;

/// A diff in pieces.
pub(super) struct Read {
    pub(super) pieces: Vec<Vec<Piece>>,
    pub(super) end: DiffEnd,
}

/// Makes of git's text what a client gets.
pub(super) fn read(work: &Work, comments: &[Comment]) -> Read {
    let (text, cut) = within_limit(&work.diff);
    let mut diff = parse::parse(text.as_bytes());
    if cut > 0 {
        let mib = BYTES / (1024 * 1024);
        diff.reach = Reach::Part(format!(
            "only the first {mib} MiB of this diff are here, {} KiB are left out; f, + and w read one file",
            cut / 1024
        ));
    }
    if !work.diff.unread.is_empty() {
        let unread = format!(
            "not all that lies there could be read: {}",
            work.diff.unread
        );
        diff.reach = Reach::Part(match diff.reach {
            Reach::All => unread,
            Reach::Part(why) => format!("{why}; {unread}"),
        });
    }
    let outdated = comments.iter().filter(|it| !stands(it, work, &diff));
    let end = DiffEnd {
        on: digest(&work.diff),
        title: work.title.clone(),
        reach: diff.reach.clone(),
        outdated: outdated.map(|it| it.id).collect::<Vec<CommentId>>(),
    };
    Read {
        pieces: pieces(diff.files),
        end,
    }
}

/// The whole lines within the limit, and how many bytes are left out.
fn within_limit(diff: &DiffText) -> (&str, u64) {
    let length = diff.text.len();
    if length <= BYTES {
        return (&diff.text, diff.left_out);
    }
    let head = diff.text.as_bytes().get(..BYTES).unwrap_or_default();
    let end = head
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let text = diff.text.get(..end).unwrap_or_default();
    let cut = u64::try_from(length - text.len()).unwrap_or(u64::MAX);
    (text, diff.left_out.saturating_add(cut))
}

/// The same work, compared with the same commit, has the same digest, whatever part of it is shown.
fn digest(diff: &DiffText) -> Digest {
    let bytes = Sha256::digest(format!("{} {}", diff.base, diff.tree));
    Digest(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether the lines of a comment stand at their place: in the file as it is now, or, for lines that are gone,
/// in the diff.
fn stands(comment: &Comment, work: &Work, diff: &Diff) -> bool {
    let anchor = &comment.anchor;
    match anchor.side {
        Side::New => {
            let text = work.texts.get(anchor.file.raw());
            text.is_some_and(|text| anchor.stands_in(text.lines()))
        }
        Side::Old => {
            let file = diff.files.iter().find(|file| file.path == anchor.file);
            let removed = file.map(|file| file.removed_from(anchor.first));
            removed.is_some_and(|lines| anchor.begins(&lines))
        }
    }
}

impl Hub {
    /// Where a brief's work is, and what was said of it.
    pub(super) fn work_of(&self, brief: &BriefId) -> Result<WorkOf, String> {
        let Some(known) = self.room.briefs.get(brief) else {
            return Err(format!("there is no brief {brief} any more"));
        };
        let track = self.room.settings.track(&known.place.track);
        let review = self.room.book.reviews.get(brief);
        let comments = review.into_iter().flat_map(|review| &review.comments);
        let handled = |it: &&Comment| matches!(it.progress, CommentState::Handled { .. });
        Ok(WorkOf {
            git: self.bench.git(),
            folder: track.map(|track| track.folder.clone()).unwrap_or_default(),
            branch: self
                .room
                .book
                .progress
                .get(brief)
                .and_then(|it| it.branch.clone()),
            comments: comments.filter(|it| !handled(it)).cloned().collect(),
        })
    }
}
