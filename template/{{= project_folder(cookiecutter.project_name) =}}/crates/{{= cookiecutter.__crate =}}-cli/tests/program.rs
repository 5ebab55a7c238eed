{%= if cookiecutter.example == "words" =%}
//! The program as a user sees it.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_{{= cookiecutter.__crate =}}-cli");

fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(PROGRAM)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The program may refuse its arguments before it reads its input.
    child.stdin.take().unwrap().write_all(input).ok();
    child.wait_with_output().unwrap()
}

fn file(name: &str, content: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    path
}

#[test]
fn it_prints_the_most_frequent_words_of_files_and_standard_input() {
    let path = file("one.txt", b"the cat");
    let output = run(&["--top", "2", "-", path.to_str().unwrap()], b"The hat");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "       2 the\n       1 cat\n"
    );
    assert!(output.status.success());
}

#[test]
fn it_saves_all_counts_in_a_file() {
    let path = file("counts.txt", b"old");
    let output = run(&["--output", path.to_str().unwrap()], b"the cat the hat");
    assert!(output.status.success());
    assert_eq!(output.stdout, b"");
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "2\tthe\n1\tcat\n1\that\n"
    );
    let below_a_file = path.join("counts.txt");
    let output = run(&["-o", below_a_file.to_str().unwrap()], b"the cat");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("counts.txt: "), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_bad_file_is_one_line_and_no_partial_output() {
    let good = file("good.txt", b"the cat");
    let bad = file("bad.txt", b"ab\xff");
    for (path, expected) in [
        (bad.as_path(), "not UTF-8: invalid byte at offset 2"),
        (&good.with_file_name("missing.txt"), "missing.txt: "),
    ] {
        let output = run(&[good.to_str().unwrap(), path.to_str().unwrap()], b"");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.starts_with("error: "), "{error}");
        assert!(error.contains(expected), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        assert_eq!(output.stdout, b"");
        assert_eq!(output.status.code(), Some(2));
    }
}
{%= else =%}
//! The program as a user sees it.

use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_{{= cookiecutter.__crate =}}-cli");

fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

#[test]
fn it_prints_the_distance() {
    let output = run(&["kitten", "sitting"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "3\n");
    assert!(output.status.success());
}

#[test]
fn a_text_that_is_missing_is_named() {
    let output = run(&["kitten"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("<RIGHT>"));
    assert_eq!(output.stdout, b"");
    assert_eq!(output.status.code(), Some(2));
}
{%= endif =%}
