//! Learns from a file by one step, or by all, and prints the milliseconds of the quickest round:
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

/// The number of times that each step runs: the quickest says most on a busy machine.
const ROUNDS: usize = 9;

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
            let (mut least, mut last) = (f64::INFINITY, None);
            for _ in 0..ROUNDS {
                let words = words.clone();
                let start = Instant::now();
                last = train(words, merges).pop();
                least = least.min(start.elapsed().as_secs_f64());
            }
            println!("{name}: {:.1} ms, the last merge is {last:?}", least * 1e3);
        }
    }
    Ok(())
}
