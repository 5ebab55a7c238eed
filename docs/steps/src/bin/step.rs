//! Learns from a file by one step, or by all, and says how long each took:
//! `step FILE MERGES [recount|updated|queue]`.

use std::error::Error;
use std::time::Instant;

use steps::word::{Pair, Word, distinct};
use steps::{queue, recount, scanner, updated};

/// Learns some merges from words.
type Train = fn(Vec<Word>, u32) -> Vec<Pair>;

const STEPS: [(&str, Train); 3] = [
    ("recount", recount::train),
    ("updated", updated::train),
    ("queue", queue::train),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Vec::from_iter(std::env::args().skip(1));
    let [file, merges, names @ ..] = &arguments[..] else {
        return Err("a file and a number of merges are needed".into());
    };
    let text = std::fs::read_to_string(file)?;
    let merges = merges.parse()?;
    let words = distinct(&scanner::split(&text));
    println!("{} distinct pieces, {merges} merges", words.len());
    for (name, train) in STEPS {
        if names.is_empty() || names.iter().any(|each| each == name) {
            let words = words.clone();
            let start = Instant::now();
            let learnt = train(words, merges);
            let took = start.elapsed().as_secs_f64() * 1e3;
            println!("{name}: {took:.1} ms, the last merge is {:?}", learnt.last());
        }
    }
    Ok(())
}
