//! Splits and encodes a file by each step, after learning from it, and prints the milliseconds of
//! the quickest round: `encode FILE MERGES`.

use std::error::Error;
use std::time::Instant;

use fancy_regex::Regex;
use steps::cache::Cache;
use steps::model::Model;
use steps::{engine, look, queue, rescan, scanner, word};

/// The number of times that each step runs: the quickest says most on a busy machine.
const ROUNDS: usize = 9;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Vec::from_iter(std::env::args().skip(1));
    let [file, merges] = &arguments[..] else {
        return Err("a file and a number of merges are needed".into());
    };
    let text = std::fs::read_to_string(file)?;
    let regex = Regex::new(engine::GPT2)?;
    let pieces = scanner::split(&text);
    report("engine", "pieces", || {
        engine::split(&regex, &text).map_or(0, |pieces| pieces.len())
    });
    report("scanner", "pieces", || scanner::split(&text).len());

    let model = Model::new(&queue::train(word::distinct(&pieces), merges.parse()?));
    let encoded = |encode: &mut dyn FnMut(&str, &mut Vec<u32>)| {
        let mut ids = Vec::new();
        for piece in &pieces {
            encode(piece, &mut ids);
        }
        ids.len()
    };
    report("rescan", "tokens", || {
        encoded(&mut |piece, ids| rescan::encode(&model, piece, ids))
    });
    report("look", "tokens", || {
        encoded(&mut |piece, ids| look::encode(&model, piece, ids))
    });
    report("cache", "tokens", || {
        let mut cache = Cache::default();
        encoded(&mut |piece, ids| cache.encode(&model, piece, ids))
    });
    Ok(())
}

/// Prints the time of the quickest round, and how much came out.
fn report(name: &str, what: &str, mut work: impl FnMut() -> usize) {
    let (mut least, mut number) = (f64::INFINITY, 0);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        number = work();
        least = least.min(start.elapsed().as_secs_f64());
    }
    println!("{name}: {:.2} ms, {number} {what}", least * 1e3);
}
