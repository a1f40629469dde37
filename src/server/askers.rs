//! What agents say on their socket, as events, and what they are told at once.

use crate::config::brief;
use crate::folder::briefs;
use crate::model::{
    AgentId, Ask, AskKey, Event, Evidence, Outcome, Source, State, Time, Track, Untrusted,
    UsageWord,
};
use crate::wire::agent::Verb;

use super::agent_door::FromAgent;
use super::digest::digest;
use super::hub::Hub;

impl Hub {
    pub(super) fn agent_said(&mut self, said: FromAgent) {
        match said {
            FromAgent::Says {
                agent,
                key,
                at,
                verb,
            } => self.verb_said(agent, key, at, verb),
            FromAgent::Gone { key } => self.update(Event::AskerGone { key }),
        }
    }

    fn verb_said(&mut self, agent: AgentId, key: AskKey, at: Time, verb: Verb) {
        match verb {
            Verb::Permission {
                tool,
                summary,
                detail,
                cwd,
            } => {
                let [tool, summary, detail, cwd] = [tool, summary, detail, cwd].map(Untrusted::new);
                self.asked(
                    agent,
                    key,
                    Ask::Permission {
                        tool,
                        summary,
                        detail,
                        cwd,
                    },
                );
            }
            Verb::Question { text, options } => {
                let options = options.into_iter().map(Untrusted::new).collect();
                self.asked(
                    agent,
                    key,
                    Ask::Question {
                        text: Untrusted::new(text),
                        options,
                    },
                );
            }
            Verb::Done { handoff } => self.handed(agent, key, Untrusted::new(handoff)),
            Verb::TakeBack { why } => self.update(Event::TookBack {
                key,
                why: Untrusted::new(why).shown(),
            }),
            Verb::Usage {
                input_tokens,
                output_tokens,
                cost_micros,
                context_left_percent,
            } => {
                let word = UsageWord {
                    input_tokens,
                    output_tokens,
                    cost_micros,
                    context_left_percent: context_left_percent.map(|left| left.min(100)),
                };
                self.update(Event::Used { agent, word });
            }
            Verb::Say { text } => self.update(Event::Spoke { agent, key, text }),
            Verb::File { track, text } => self.filed(agent, key, &track, text),
            Verb::Handled { comment, note } => match comment.parse() {
                Ok(number) => self.update(Event::Claimed {
                    agent,
                    key,
                    number,
                    note: Untrusted::new(note),
                }),
                Err(why) => self.outside.answer(key, Outcome::Refused(why)),
            },
            Verb::Status { state, message } => self.status_said(agent, at, &state, message),
            Verb::Hook {
                program,
                event,
                payload,
            } => self.hook_said((agent, key, at), &program, &event, &payload),
        }
    }

    /// What an agent proposes is a brief, or it is told what is wrong with it.
    fn filed(&mut self, agent: AgentId, key: AskKey, track: &str, text: String) {
        if let Err(fault) = brief::read("the new brief", &text) {
            let why = briefs::sentence(&fault);
            return self.outside.answer(key, Outcome::Refused(why));
        }
        let track = (!track.is_empty()).then(|| Track::from(track));
        self.update(Event::Filed {
            agent,
            key,
            track,
            text,
        });
    }

    pub(super) fn asked(&mut self, agent: AgentId, key: AskKey, ask: Ask) {
        let (digest, screen) = (digest(&ask), self.screen_of(agent));
        self.update(Event::Asked {
            key: key.clone(),
            agent: Some(agent),
            ask,
            digest,
            screen,
        });
        self.tell_opened(key);
    }

    fn handed(&mut self, agent: AgentId, key: AskKey, handoff: Untrusted) {
        self.update(Event::Handed {
            agent,
            key: key.clone(),
            handoff,
        });
        // What no command has to check is checked by now, and its gate is open.
        self.follow_up();
        self.tell_opened(key.clone());
        // Its checks run, or its gate opened by itself. Harmless where it was answered already.
        self.outside.noted(key);
    }

    /// Whoever asks is told the number of its request, if it still waits. One that was answered at
    /// once was told that by the effect.
    fn tell_opened(&mut self, key: AskKey) {
        let request = self
            .room
            .book
            .keys
            .get(&key)
            .and_then(|id| self.room.book.requests.get(id));
        if let Some(request) = request.filter(|request| request.is_open()) {
            self.outside.opened(key, request.id);
        }
    }

    fn status_said(&mut self, agent: AgentId, at: Time, state: &str, message: String) {
        let state = match state {
            "working" => State::Working,
            "idle" => State::Idle,
            "waiting" => State::Waiting,
            "limited" => State::Limited,
            "stuck" => State::Stuck,
            // Whatever it means, it is not idle.
            _ => State::Unknown,
        };
        let detail = Untrusted::new(message);
        let evidence = Evidence {
            state,
            source: Source::Hook,
            at,
            detail,
        };
        self.update(Event::Heard { agent, evidence });
    }

    /// What stands on an agent's screen, by its generation.
    fn screen_of(&self, agent: AgentId) -> u64 {
        self.panes
            .get(&agent)
            .map_or(0, |pane| *pane.generation.borrow())
    }

    /// Nothing is accepted while the journal cannot be written: an asker is told to come again.
    pub(super) fn asker_refused(&self, key: AskKey) {
        let why = "the room cannot write its journal; ask again in a moment".to_owned();
        self.outside.answer(key, Outcome::Refused(why));
    }
}
