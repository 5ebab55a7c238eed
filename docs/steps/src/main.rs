//! Measures the steps on texts given as JSON, and prints the seconds of all rounds as JSON.
//!
//! Steps that are measured together must give the same result in every round; if they do not, the
//! program ends without a figure.

use std::collections::BTreeMap;
use std::process::exit;
use std::time::Instant;

use bytemerge::{Error, Limits, Pattern, PieceCounts, SpecialTokens, Tokenizer};
use fancy_regex::Regex;
use serde_json::{Map, Value, json};
use steps::cache::Cache;
use steps::linear::Linear;
use steps::model::Model;
use steps::word::{self, Pair};
use steps::{engine, heap, look, queue, recount, rescan, scanner, updated};

const ROUNDS: usize = 11;
/// The number of merges for training on every piece, which takes longest.
const FEW_MERGES: [u32; 5] = [1, 50, 100, 150, 200];
const MERGES: [u32; 9] = [1, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000];
/// The number of merges of the model that encodes.
const VOCABULARY: u32 = 4000;
const LENGTHS: [usize; 9] = [10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000];
/// The longest piece for the naive way, which would take minutes for a longer one.
const LONGEST_RESCAN: usize = 30_000;
/// The number of letters of short pieces that are measured together.
const LETTERS: usize = 30_000;

/// A way to do something: its name, and a function that returns the seconds it took and its result.
type Way<'w, T> = (&'static str, Box<dyn FnMut() -> (f64, T) + 'w>);

/// A function that appends the tokens of a piece.
type Encode = fn(&Model, &str, &mut Vec<u32>);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let texts: Value = serde_json::from_reader(std::io::stdin())?;
    let text = |name: &str| texts[name].as_str().ok_or(format!("no text to {name}"));
    let (learn, encode) = (text("learn")?, text("encode")?);
    let counts = PieceCounts::count(&pattern()?, [learn], &|| false)?;
    let merges = bytemerge::train(&counts, VOCABULARY as usize, Limits::default(), &mut |_| {
        Ok(())
    })?;
    let model = Model::new(&merges);
    let measured = json!({
        "rounds": ROUNDS,
        "vocabulary": model.tokens.len(),
        "bytes": {"learn": learn.len(), "encode": encode.len()},
        "pieces": {"learn": counts.total(), "distinct": counts.len(), "encode": pieces(encode).len()},
        "counting": counting(&pieces(learn)),
        "training": training(&pieces(learn), &counts),
        "encoding": encoding(&model, encode),
        "long": long(&model, encode)?,
        "splitting": splitting(encode)?,
    });
    println!("{measured}");
    Ok(())
}

/// Measures training on every piece of the text, and on every distinct one.
fn counting(pieces: &[&str]) -> Value {
    curves(FEW_MERGES, |merges| {
        let all = move || recount::train(word::all(pieces), merges);
        let distinct = move || recount::train(word::distinct(pieces), merges);
        Turns::new(1, vec![way("all", all), way("distinct", distinct)])
    })
}

/// Measures the steps of training, each on the distinct pieces.
fn training(pieces: &[&str], counts: &PieceCounts) -> Value {
    let words = &word::distinct(pieces);
    let step = |name, merges, train: fn(_, _) -> Vec<Pair>| -> Way<Vec<Pair>> {
        let prepared = move || {
            let words = words.clone();
            timed(|| train(words, merges))
        };
        (name, Box::new(prepared))
    };
    curves(MERGES, |merges| {
        let production = move || {
            let learnt =
                bytemerge::train(counts, merges as usize, Limits::default(), &mut |_| Ok(()));
            learnt.unwrap_or_default()
        };
        let ways = vec![
            step("recount", merges, recount::train),
            step("updated", merges, updated::train),
            step("queue", merges, queue::train),
            way("bytemerge", production),
        ];
        Turns::new(1, ways)
    })
}

/// Measures the steps of encoding a text. All of them split it with bytemerge's scanner.
fn encoding(model: &Model, text: &str) -> Value {
    let step = |name, encode: Encode| {
        let encode = move |piece: &str, ids: &mut _| encode(model, piece, ids);
        way(name, move || encoded(&pieces(text), encode))
    };
    let cached = || {
        let mut cache = Cache::default();
        encoded(&pieces(text), |piece, ids| cache.encode(model, piece, ids))
    };
    let production = || {
        // A new tokenizer each time: the cache of the old one would know the text.
        let tokenizer = tokenizer(model).ok();
        let encode = || tokenizer.as_ref()?.encode_ordinary(text).ok();
        let (seconds, ids) = timed(encode);
        (seconds, ids.unwrap_or_default())
    };
    bars(vec![
        step("rescan", rescan::encode),
        step("look", look::encode),
        way("cache", cached),
        ("bytemerge", Box::new(production)),
    ])
}

/// Measures one long piece: the letters of a text, without the characters between them.
fn long(model: &Model, text: &str) -> Result<Value, Box<dyn std::error::Error>> {
    let letters = &String::from_iter(text.chars().filter(char::is_ascii_alphabetic));
    let tokenizer = &tokenizer(model)?;
    let linear = &Linear::new(model)?;
    Ok(curves(LENGTHS, |length| {
        let times = (LETTERS / length).max(1);
        let starts = (0..).step_by(length).take(times);
        let pieces: Vec<&str> = starts
            .map(|start| &letters[start..start + length])
            .collect();
        let step = |name, encode: Encode| {
            let pieces = pieces.clone();
            let encode = move |piece: &str, ids: &mut _| encode(model, piece, ids);
            way(name, move || encoded(&pieces, encode))
        };
        let linear = {
            let pieces = pieces.clone();
            let encode = |piece: &str, ids: &mut _| linear.encode(model, piece, ids);
            way("linear", move || encoded(&pieces, encode))
        };
        let mut ways = vec![step("heap", heap::encode), linear];
        // Last: it takes so long that the processor's cache forgets the tables of the others.
        let rescan = (length <= LONGEST_RESCAN).then(|| step("rescan", rescan::encode));
        let production = move || {
            let merged = pieces.iter().map(|piece| tokenizer.merge(piece.as_bytes()));
            let ids: Result<Vec<_>, Error> = merged.collect();
            ids.unwrap_or_default().concat()
        };
        ways.push(way("bytemerge", production));
        ways.extend(rescan);
        Turns::new(times, ways)
    }))
}

/// Measures the steps of splitting, and encoding as a whole.
fn splitting(text: &str) -> Result<Value, Box<dyn std::error::Error>> {
    let regex = &Regex::new(engine::GPT2)?;
    let engine = move || engine::split(regex, text).unwrap_or_default();
    Ok(bars(vec![
        way("engine", engine),
        way("scanner", || scanner::split(text)),
        way("bytemerge", || pieces(text)),
    ]))
}

/// Returns the tokens of some pieces.
fn encoded(pieces: &[&str], mut encode: impl FnMut(&str, &mut Vec<u32>)) -> Vec<u32> {
    let mut ids = Vec::new();
    for piece in pieces {
        encode(piece, &mut ids);
    }
    ids
}

fn pattern() -> Result<Pattern, Error> {
    Ok(Pattern::new(Some("gpt2"))?)
}

/// Returns the pieces of a text, as bytemerge splits it.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let found = pattern().and_then(|pattern| {
        pattern.for_each_piece(text, |piece| {
            pieces.push(piece);
            Ok(())
        })
    });
    found.map(|()| pieces).unwrap_or_default()
}

/// Returns the production tokenizer of a model.
fn tokenizer(model: &Model) -> Result<Tokenizer, Error> {
    let ranks = model.tokens.iter().map(|(bytes, &id)| (bytes, id));
    Tokenizer::from_ranks(ranks, pattern()?, SpecialTokens::default())
}

fn way<'w, T>(name: &'static str, mut work: impl FnMut() -> T + 'w) -> Way<'w, T> {
    (name, Box::new(move || timed(&mut work)))
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed().as_secs_f64(), result)
}

/// Ways that give the same result and take turns, so that other work of the machine slows down all
/// of them alike.
struct Turns<'w, T> {
    ways: Vec<Way<'w, T>>,
    /// The number of times that a way does its work in one turn.
    times: usize,
    /// The seconds of each way, in all rounds.
    seconds: Vec<Vec<f64>>,
    expected: Option<T>,
}

impl<'w, T: PartialEq> Turns<'w, T> {
    fn new(times: usize, ways: Vec<Way<'w, T>>) -> Self {
        Self {
            seconds: vec![Vec::new(); ways.len()],
            ways,
            times,
            expected: None,
        }
    }

    fn round(&mut self) {
        for ((name, way), seconds) in self.ways.iter_mut().zip(&mut self.seconds) {
            let (took, result) = way();
            seconds.push(took);
            match &self.expected {
                None => self.expected = Some(result),
                Some(expected) if *expected == result => {}
                Some(_) => {
                    eprintln!("{name} gives another result than the others");
                    exit(1);
                }
            }
        }
    }

    /// Returns the seconds by the names of the ways.
    fn measured(&self) -> Map<String, Value> {
        let names = self.ways.iter().map(|(name, _)| (*name).to_owned());
        let times = self.times;
        let seconds = self.seconds.iter();
        names
            .zip(seconds.map(|seconds| json!({"times": times, "seconds": seconds})))
            .collect()
    }
}

/// Returns the seconds of each way.
fn bars<T: PartialEq>(ways: Vec<Way<T>>) -> Value {
    let mut turns = Turns::new(1, ways);
    for _ in 0..ROUNDS {
        turns.round();
    }
    turns.measured().into()
}

/// Returns the seconds of each way for each number. A round goes through all numbers, so that a bad
/// moment of the machine affects one round of each number, and not all rounds of one.
fn curves<'w, X: Copy + Into<Value>, T: PartialEq>(
    numbers: impl IntoIterator<Item = X>,
    ways: impl Fn(X) -> Turns<'w, T>,
) -> Value {
    let turns = |number| (number, ways(number));
    let mut points: Vec<(X, Turns<T>)> = numbers.into_iter().map(turns).collect();
    for _ in 0..ROUNDS {
        for (_, turns) in &mut points {
            turns.round();
        }
    }
    let mut curves: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (number, turns) in points {
        for (name, mut point) in turns.measured() {
            point["at"] = number.into();
            curves.entry(name).or_default().push(point);
        }
    }
    json!(curves)
}
