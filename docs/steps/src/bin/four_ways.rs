//! Trains and tokenizes by the naive or by the better algorithm, and prints its seconds and its
//! result as JSON: `four_ways naive|fast FILE VOCAB_SIZE EVERY CHECKED`.
//!
//! It tokenizes every EVERY-th line of the file, and returns the ids of every CHECKED-th.
//! `tools/measure/four_ways.py` runs it, and the same in Python.

use std::error::Error;
use std::time::Instant;

use bytemerge::naive::{NaiveTokenizer, WordCounts, count_words};
use serde_json::json;
use steps::fast;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Vec::from_iter(std::env::args().skip(1));
    let [algorithm, file, vocab_size, every, checked] = &arguments[..] else {
        return Err("five arguments are needed".into());
    };
    let [vocab_size, every, checked] = [vocab_size, every, checked].map(|each| each.parse());
    let (vocab_size, every, checked): (_, usize, usize) = (vocab_size?, every?, checked?);
    let text = std::fs::read_to_string(file)?;
    let lines = Vec::from_iter(text.split('\n'));

    // A part of the training, once more and alone.
    let start = Instant::now();
    let mut counts = WordCounts::default();
    for line in &lines {
        count_words(&mut counts, line);
    }
    let counting = start.elapsed().as_secs_f64();
    drop(counts);

    let start = Instant::now();
    let tokenizer = match algorithm.as_str() {
        "naive" => NaiveTokenizer::train(&lines, vocab_size, false, &mut |_| Ok(()))?,
        _ => fast::train(&lines, vocab_size)?,
    };
    let training = start.elapsed().as_secs_f64();

    let mut cache = fast::Cache::new(&tokenizer);
    let mut tokenize = |line: &str| match algorithm.as_str() {
        "naive" => tokenizer.tokenize(line).collect(),
        _ => cache.tokenize(line),
    };
    let start = Instant::now();
    let tokens: usize = lines
        .iter()
        .step_by(every)
        .map(|line| tokenize(line).len())
        .sum();
    let tokenizing = start.elapsed().as_secs_f64();

    let ids: Vec<_> = lines
        .iter()
        .step_by(checked)
        .map(|line| tokenize(line))
        .collect();
    let merges = Vec::from_iter(tokenizer.merges());
    let found = json!({
        "counting": counting, "training": training, "tokenizing": tokenizing, "tokens": tokens, "merges": merges, "ids": ids,
    });
    println!("{found}");
    Ok(())
}
