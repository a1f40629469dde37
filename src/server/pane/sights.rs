//! Where the pictures of one agent stand in its recording: the newest, and the last two that each guest
//! was sent. Whoever knows which one a guest has drawn finds the moment here.

use std::collections::BTreeMap;

use crate::model::{AgentId, Crop, Moment, SeatId, Sight, Sighting, Time};

/// A picture's place in the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The generation of the screen.
    pub screen: u64,
    /// The segment.
    pub segment: u64,
    /// Where in it, in bytes.
    pub offset: u64,
    /// When the last of them came.
    pub at: Time,
}

/// The pictures of one agent.
#[derive(Debug, Default)]
pub struct Sights {
    now: Option<Spot>,
    /// For each guest: the frame before, and the last one.
    sent: BTreeMap<SeatId, [Option<Spot>; 2]>,
}

impl Sights {
    /// How it stands now; none where nothing is recorded.
    pub fn now(&self, agent: AgentId) -> Option<Moment> {
        self.now
            .map(|spot| spot.moment(agent, Sight::Elsewhere, None))
    }

    /// The picture that a guest says it has drawn; none where it was not sent that one.
    pub fn drawn(&self, seat: SeatId, sighting: &Sighting) -> Option<Moment> {
        let sent = self.sent.get(&seat)?.iter().flatten();
        let spot = sent.rev().find(|spot| spot.screen == sighting.screen)?;
        let crop = Some(sighting.crop.clone());
        Some(spot.moment(sighting.agent, Sight::Drawn, crop))
    }

    /// The picture moved on.
    pub(super) fn stands(&mut self, spot: Option<Spot>) {
        self.now = spot;
    }

    /// A guest is sent the picture as it stands.
    pub(super) fn sends(&mut self, seat: SeatId) {
        let sent = self.sent.entry(seat).or_default();
        *sent = [sent[1], self.now];
    }

    /// A guest looks away.
    pub(super) fn forgets(&mut self, seat: SeatId) {
        self.sent.remove(&seat);
    }
}

impl Spot {
    fn moment(self, agent: AgentId, sight: Sight, crop: Option<Crop>) -> Moment {
        let Spot {
            screen,
            segment,
            offset,
            at,
        } = self;
        Moment {
            agent,
            segment,
            offset,
            at,
            screen,
            sight,
            crop,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn spot(screen: u64) -> Option<Spot> {
        Some(Spot {
            screen,
            segment: 1,
            offset: screen * 100,
            at: Time(screen),
        })
    }

    #[test]
    fn the_frame_that_was_drawn_is_found_while_the_next_one_is_on_its_way() {
        let mut sights = Sights::default();
        for screen in 1..=3 {
            sights.stands(spot(screen));
            sights.sends(SeatId(1));
        }
        sights.stands(spot(9));
        let drawn = |sights: &Sights, seat: u32, screen: u64| {
            let sighting = Sighting {
                agent: AgentId(4),
                screen,
                crop: Crop {
                    rows: 7,
                    ..Crop::default()
                },
            };
            sights.drawn(SeatId(seat), &sighting)
        };
        let before = drawn(&sights, 1, 2).unwrap();
        assert_eq!((before.offset, before.sight), (200, Sight::Drawn));
        assert_eq!(before.crop.map(|crop| crop.rows), Some(7));
        assert_eq!(drawn(&sights, 2, 2), None);
        assert_eq!(drawn(&sights, 1, 1), None);
        assert_eq!(
            sights.now(AgentId(4)).map(|moment| moment.offset),
            Some(900)
        );
        sights.forgets(SeatId(1));
        assert_eq!(drawn(&sights, 1, 3), None);
    }
}
