//! The room's figures, beside a bare terminal and tmux in the same run: `cargo bench --bench room`, or
//! `cargo bench --bench room -- echo cat-sgr` for those whose name begins so. See README.md beside it.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic)]

mod card;
mod console;
mod echo;
mod hook;
mod link;
mod load;
mod place;
mod rest;
mod start;
mod table;
mod throughput;
mod tmux;

use table::Row;

type Figure = Box<dyn FnOnce() -> Vec<Row>>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "load") {
        return load::run(&arguments[1..]);
    }
    let wanted: Vec<&String> = arguments
        .iter()
        .filter(|one| !one.starts_with('-'))
        .collect();
    table::heading();
    for (name, figure) in figures() {
        if wanted.is_empty()
            || wanted
                .iter()
                .any(|wanted| name.starts_with(wanted.as_str()))
        {
            figure().iter().for_each(table::print);
        }
    }
}

fn figures() -> Vec<(&'static str, Figure)> {
    let mut all: Vec<(&str, Figure)> = Vec::new();
    for beside in &echo::ALL {
        all.push((beside.name, Box::new(|| vec![echo::measure(beside)])));
    }
    for kind in &throughput::ALL {
        all.push((kind.name, Box::new(|| vec![throughput::measure(kind)])));
    }
    all.push(("card", Box::new(card::measure)));
    all.push(("cpu-16", Box::new(|| vec![rest::sixteen()])));
    all.push(("hook", Box::new(|| vec![hook::card()])));
    all.push(("link-slow", Box::new(link::slow)));
    all.push(("link-16", Box::new(link::sixteen)));
    all.push(("silent", Box::new(rest::silent)));
    all.push(("memory", Box::new(rest::memory_of_64)));
    all.push(("first", Box::new(start::first_frame)));
    all.push(("briefs-1k", Box::new(|| start::briefs(1_000))));
    all.push(("briefs-10k", Box::new(|| start::briefs(10_000))));
    all
}
