//! A decision counts only for what was seen: this request, with this content, open, long enough on this
//! person's screen. Everything is checked before anything is recorded.

use super::consequence::ONE_OF_THEM;
use super::{Checked, Turn};
use crate::model::{
    Actor, Answer, Ask, Card, Decision, Happening, Moment, Outcome, Person, Redirect, Request,
    SeatId, Status, Verdict, words,
};

impl Turn<'_> {
    pub(super) fn decide(
        &mut self,
        seat: SeatId,
        person: Person,
        mut cards: Vec<Card>,
        verdict: Verdict,
        screens: &[Moment],
    ) -> Checked<Answer> {
        cards.sort();
        cards.dedup();
        let mut requests = Vec::with_capacity(cards.len());
        for card in &cards {
            requests.push(self.decidable(seat, card)?);
        }
        let Some(first) = requests.first() else {
            return Err("nothing to decide: no card was named".to_owned());
        };
        if requests.len() > 1 {
            all_alike(&requests)?;
            together(first, &verdict)?;
        }
        fits(&first.ask, &verdict)?;
        let mut presses = Vec::new();
        for request in &requests {
            presses.extend(self.press_for(request, &verdict, &person)?);
        }
        let consequence = self.planned(first, &verdict, &person)?;
        self.decided(seat, &person, &requests, &verdict, screens);
        self.follow(&person, consequence);
        self.press(&person, presses);
        self.room_for_cards();
        Ok(Answer::Done)
    }

    /// The request that a card shows, where this seat may decide it now.
    pub(super) fn decidable(&self, seat: SeatId, card: &Card) -> Checked<Request> {
        let id = card.request;
        let Some(request) = self.room.request(id) else {
            return Err(format!("request {id} is not known, or was closed long ago"));
        };
        match &request.status {
            Status::Open | Status::Unsure(_) => {}
            Status::Answering(decision) | Status::Decided(decision) => {
                return Err(self.came_second(decision));
            }
            Status::Withdrawn { at, why } => {
                let ago = words::age(self.now.since(*at));
                return Err(format!("this was taken back {ago} ago: {why}"));
            }
        }
        if request.digest != card.digest {
            return Err(format!(
                "request {id} is not what you saw any more; look again and decide"
            ));
        }
        let settle = self.room.settings.limits.settle_ms;
        let shown = self.room.shown.get(&(seat, card.clone()));
        if shown.is_none_or(|since| self.now.since(*since) < settle) {
            return Err(format!(
                "request {id} was not on your screen for {settle} ms; look at it and decide again"
            ));
        }
        Ok(request)
    }

    fn came_second(&self, decision: &Decision) -> String {
        let who = decision.who();
        let verb = decision.verdict.past();
        let ago = words::age(self.now.since(decision.at));
        let why = match &decision.verdict {
            Verdict::Approve => "",
            Verdict::Reject { reason } => reason,
            Verdict::Reply { text } => text,
            Verdict::Redirect(redirect) => redirect.words(),
        };
        format!("{who} {verb} this {ago} ago{}", words::followed(why))
    }

    /// Records first, for each card; then every asker gets its answer.
    pub(super) fn decided(
        &mut self,
        seat: SeatId,
        by: &Person,
        requests: &[Request],
        verdict: &Verdict,
        screens: &[Moment],
    ) {
        let decision = Decision {
            verdict: verdict.clone(),
            by: by.clone(),
            at: self.now,
            rule: None,
        };
        for request in requests {
            let card = Card {
                request: request.id,
                digest: request.digest.clone(),
            };
            let shown = self.room.shown.get(&(seat, card.clone())).copied();
            let seen_ms = self.now.since(shown.unwrap_or(self.now));
            self.room.passing.away.remove(&request.id);
            let decided = Happening::Decided {
                card,
                decision: decision.clone(),
                seen_ms,
                at_screen: screens
                    .iter()
                    .find(|moment| Some(moment.agent) == request.agent)
                    .cloned(),
            };
            self.record(Actor::Person(by.clone()), decided);
        }
        for request in requests {
            let key = request.key.clone();
            self.answer(key, Outcome::Decided(decision.clone()));
        }
    }
}

/// Whether two requests show the same, whoever asks and wherever it would happen.
fn alike(one: &Ask, other: &Ask) -> bool {
    match (one, other) {
        (
            Ask::Permission {
                tool,
                summary,
                detail,
                ..
            },
            Ask::Permission {
                tool: other_tool,
                summary: other_summary,
                detail: other_detail,
                ..
            },
        ) => tool == other_tool && summary == other_summary && detail == other_detail,
        (
            Ask::Question { text, options },
            Ask::Question {
                text: other_text,
                options: other_options,
            },
        ) => text == other_text && options == other_options,
        (
            Ask::Dialog { rows, options },
            Ask::Dialog {
                rows: other_rows,
                options: other_options,
            },
        ) => rows == other_rows && options == other_options,
        (
            Ask::Permission { .. }
            | Ask::Question { .. }
            | Ask::Gate { .. }
            | Ask::Dialog { .. }
            | Ask::Matter { .. },
            _,
        ) => false,
    }
}

fn all_alike(requests: &[Request]) -> Checked<()> {
    let pairs = requests.iter().zip(requests.iter().skip(1));
    for (one, other) in pairs {
        if !alike(&one.ask, &other.ask) {
            return Err(format!(
                "requests {} and {} are not alike; decide them one at a time",
                one.id, other.id
            ));
        }
    }
    Ok(())
}

/// What may be said to several at once: nothing that moves one brief.
fn together(first: &Request, verdict: &Verdict) -> Checked<()> {
    match verdict {
        Verdict::Approve
        | Verdict::Reject { .. }
        | Verdict::Reply { .. }
        | Verdict::Redirect(Redirect::Direction { .. }) => Ok(()),
        Verdict::Redirect(
            Redirect::Role { .. } | Redirect::Agent { .. } | Redirect::Stage { .. },
        ) => Err(format!(
            "a brief is redirected one at a time; begin with request {}",
            first.id
        )),
    }
}

fn fits(ask: &Ask, verdict: &Verdict) -> Checked<()> {
    match (ask, verdict) {
        (Ask::Matter { options, .. }, Verdict::Reply { text })
            if options.iter().all(|option| option.raw() != text) =>
        {
            Err(ONE_OF_THEM.to_owned())
        }
        (Ask::Matter { .. }, Verdict::Redirect(_)) if ask.start().is_none() => {
            Err(ONE_OF_THEM.to_owned())
        }
        (Ask::Question { .. }, Verdict::Reply { text })
        | (_, Verdict::Redirect(Redirect::Direction { text }))
            if text.trim().is_empty() =>
        {
            Err("the answer is empty; write one".to_owned())
        }
        (Ask::Question { .. } | Ask::Matter { .. }, Verdict::Approve) if !ask.takes_yes() => {
            Err("a question wants an answer; choose one or write one".to_owned())
        }
        (Ask::Permission { .. } | Ask::Gate { .. }, Verdict::Reply { .. }) => {
            Err("this is no question; approve it, reject it or redirect it".to_owned())
        }
        (_, Verdict::Approve)
        | (Ask::Question { .. } | Ask::Dialog { .. } | Ask::Matter { .. }, Verdict::Reply { .. })
        | (_, Verdict::Reject { .. } | Verdict::Redirect(_)) => Ok(()),
    }
}

impl Redirect {
    /// The operator's words with it.
    pub fn words(&self) -> &str {
        match self {
            Redirect::Direction { text }
            | Redirect::Role { text, .. }
            | Redirect::Agent { text, .. }
            | Redirect::Stage { text, .. } => text,
        }
    }
}
