//! Tries the orders in which threads may read and write a small table, with at most three
//! interruptions of a thread: `nox -s interleavings`.
//!
//! loom runs a test again and again, with the orders of its operations on atomics that the memory
//! model of Rust allows. So a missing `Release` fails here on any processor.

use std::sync::Arc;

use loom::model::Builder;
use loom::thread;

use super::table::{Table, unpacked};
use crate::key::Key;

/// A piece that fits into an entry with its ids, and two of which the ids are in the store: there
/// are more of them than an entry takes, or the key is a hash.
const PIECES: [(&[u8], &[u32]); 3] = [
    (b"ab", &[1, 2]),
    (b"abcdefg", &[3, 4, 5, 6, 7]),
    (b"sixteen or more bytes", &[8]),
];

fn key(piece: &[u8]) -> Key {
    Key::of_piece(piece, 0, piece.len())
}

fn insert(table: &Table, index: usize) {
    let (piece, ids) = PIECES[index];
    table.insert(key(piece), piece, ids);
}

/// Returns whether a table has a piece. If so, it must have all its ids.
fn has(table: &Table, index: usize) -> bool {
    let (piece, expected) = PIECES[index];
    let (words, count) = table.get(key(piece), table.line(key(piece)));
    assert!(count == 0 || unpacked(words)[..count] == *expected);
    let mut ids = Vec::new();
    let is_known = table.find(key(piece), piece, &mut ids).unwrap();
    assert_eq!(ids, if is_known { expected } else { &[] });
    is_known
}

/// Starts a thread that adds a piece to a table.
fn writer(table: &Arc<Table>, index: usize) -> thread::JoinHandle<()> {
    let table = Arc::clone(table);
    thread::spawn(move || insert(&table, index))
}

/// Runs a model with each order in which a thread is interrupted at most three times.
fn check(model: impl Fn() + Send + Sync + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(model);
}

#[test]
fn a_piece_is_found_with_all_its_ids_or_not_at_all() {
    for index in 0..PIECES.len() {
        check(move || {
            let table = Arc::new(Table::new(2).unwrap());
            let writer = writer(&table, index);
            has(&table, index);
            writer.join().unwrap();
            assert!(has(&table, index));
        });
    }
}

#[test]
fn no_piece_is_lost_if_threads_add_some_at_the_same_moment() {
    for (first, second) in [(0, 1), (1, 2), (2, 2)] {
        check(move || {
            let table = Arc::new(Table::new(2).unwrap());
            let writers = [first, second].map(|index| writer(&table, index));
            for writer in writers {
                writer.join().unwrap();
            }
            assert!(has(&table, first) && has(&table, second));
        });
    }
}

#[test]
fn a_larger_table_has_all_ids_of_its_pieces() {
    for index in 0..PIECES.len() {
        check(move || {
            let table = Arc::new(Table::new(2).unwrap());
            let writer = writer(&table, index);
            has(&table.grown().unwrap(), index);
            writer.join().unwrap();
            assert!(has(&table.grown().unwrap(), index));
        });
    }
}
