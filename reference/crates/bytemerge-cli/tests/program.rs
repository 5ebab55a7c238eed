//! The program as a user sees it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bytemerge-cli"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may refuse its arguments before it reads anything.
    child.stdin.take().unwrap().write_all(input).ok();
    child.wait_with_output().unwrap()
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn train(model: &Path, vocab_size: &str, text: &[u8]) -> Output {
    let output = model.to_str().unwrap();
    run(&["train", "-v", vocab_size, "-o", output], text)
}

/// Asserts that a command fails with one line in which a sentence stands, and returns the line.
fn assert_refused(output: &Output, expected: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.starts_with("error: "), "{error}");
    assert!(error.contains(expected), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(output.stdout.is_empty());
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_is_encoded_is_decoded() {
    let model = path("cat.json");
    assert!(train(&model, "11", b"the cat\nthis hat").status.success());
    let model = model.to_str().unwrap();
    let encoded = run(&["encode", model], "That chat!\n\nzoé\n".as_bytes());
    assert_eq!(
        String::from_utf8_lossy(&encoded.stdout),
        "10 9 1 3 5 9 1\n\n0 0 0 1\n"
    );
    let decoded = run(&["decode", model, "-"], &encoded.stdout);
    assert_eq!(
        String::from_utf8_lossy(&decoded.stdout),
        "that chat \n\nUNKUNKUNK \n"
    );
    assert!(decoded.status.success());
}

#[test]
fn a_bad_corpus_leaves_the_old_model() {
    let model = path("old.json");
    assert!(train(&model, "11", b"the cat\nthis hat").status.success());
    let before = fs::read(&model).unwrap();
    assert_refused(
        &train(&model, "11", b"good\nb\xffd\n"),
        "-: not UTF-8: byte 0xff at offset 6 in line 2",
    );
    assert_refused(&train(&model, "11", b" .\n"), "no word to learn from");
    assert_refused(&train(&model, "4", b"abc"), "at least 5");
    let missing = path("missing.txt");
    let output = run(
        &[
            "train",
            "-v9",
            "-o",
            model.to_str().unwrap(),
            missing.to_str().unwrap(),
        ],
        b"",
    );
    assert_refused(&output, "missing.txt: ");
    assert_eq!(fs::read(&model).unwrap(), before);
}

#[test]
fn a_bad_model_or_token_is_one_line() {
    let model = path("bad.json");
    assert!(train(&model, "11", b"the cat\nthis hat").status.success());
    let name = model.to_str().unwrap();
    assert_refused(&run(&["decode", name], b"99"), "no token has the id 99");
    assert_refused(&run(&["decode", name], b"x"), "not a token: \"x\"");
    let content = fs::read(&model).unwrap();
    fs::write(&model, &content[..content.len() / 2]).unwrap();
    assert_refused(&run(&["encode", name], b""), "bad.json: truncated");
    fs::write(&model, b"hello").unwrap();
    assert_refused(
        &run(&["encode", name], b""),
        "bad.json: not a bytemerge model",
    );
}

#[test]
fn a_bad_argument_is_one_line() {
    let output = run(&["train"], b"");
    assert_refused(&output, "not provided: --output <OUTPUT> --vocab-size");
    assert_refused(&run(&["learn"], b""), "'learn'");
    for wrong in ["many", "-5", "99999999999999999999"] {
        let output = run(&["train", "-v", wrong, "-o", "model.json"], b"a");
        assert_refused(&output, &format!("'{wrong}' for '--vocab-size"));
    }
    let help = run(&["train", "--help"], b"");
    assert!(help.status.success() && help.stderr.is_empty());
    assert!(String::from_utf8_lossy(&help.stdout).contains("Usage: "));
}

#[test]
fn where_nothing_can_be_saved_nothing_is_learnt() {
    let missing = path("no such folder").join("model.json");
    // Not the text, which comes second, is refused, but where the model should go.
    let refused = train(&missing, "11", b"\xff");
    assert_refused(&refused, "no such folder: there is no such folder");
    let folder = path("folder");
    fs::create_dir_all(&folder).unwrap();
    assert_refused(&train(&folder, "11", b"\xff"), "folder: is a folder");
}
