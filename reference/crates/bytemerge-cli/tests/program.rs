//! The program as a user sees it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The program, which sees no terminal but the one of the tests.
fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_bytemerge-cli"));
    program
        .env("COLUMNS", "96")
        .env("NO_COLOR", "1")
        .env_remove("CLICOLOR_FORCE");
    program
}

fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = program()
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
    run(
        &["train", "--tokenizer=rs", "-v", vocab_size, "-o", output],
        text,
    )
}

/// Asserts that a command fails with one line in which a sentence stands, and returns the line.
fn assert_refused(output: &Output, expected: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.starts_with("error: "), "{error}");
    assert!(error.contains(expected), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert_eq!(output.stdout, b"");
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

#[cfg(unix)]
#[test]
fn an_output_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt as _;

    let model = path("private.json");
    fs::remove_file(&model).ok();
    fs::write(&model, "").unwrap();
    fs::set_permissions(&model, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(train(&model, "11", b"the cat").status.success());
    assert_eq!(
        fs::metadata(&model).unwrap().permissions().mode() & 0o7777,
        0o600
    );
    fs::write(&model, "precious").unwrap();
    fs::set_permissions(&model, fs::Permissions::from_mode(0o400)).unwrap();
    if fs::OpenOptions::new().write(true).open(&model).is_ok() {
        return; // root may write anywhere
    }
    assert_refused(
        &train(&model, "11", b"the cat"),
        "private.json: Permission denied",
    );
    assert_eq!(fs::read(&model).unwrap(), b"precious");
    fs::remove_file(&model).unwrap();
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
            "--tokenizer=rs",
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
fn a_number_of_tokens_in_thousands() {
    let output = train(&path("thousands.json"), "1k", b"the cat");
    assert!(output.status.success());
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("not 1000"), "{error}");
}

#[test]
fn a_bad_argument_is_one_line() {
    let output = run(&["train"], b"");
    assert_refused(&output, "not provided: --vocab-size <N> --output <MODEL>");
    assert_refused(&run(&["encode"], b""), "<MODEL>");
    assert_refused(&run(&["learn"], b""), "'learn'");
    assert_refused(&run(&[], b""), "a command is missing");
    for wrong in [
        "many",
        "-5",
        "99999999999999999999",
        "k",
        "1kk",
        "99999999999999999k",
    ] {
        let output = run(&["train", "-v", wrong, "-o", "model.json"], b"a");
        let expected = format!("'{wrong}' for '--vocab-size <N>': expected a whole number from 1");
        assert_refused(&output, &expected);
    }
    assert_refused(
        &run(&["encode", "model", "--as-text", "--allow-special"], b""),
        "cannot be used with",
    );
    for ending in ["npy", "arrow", "feather", "parquet"] {
        let name = format!("ids.{ending}");
        assert_refused(&run(&["encode", "model", "-o", &name], b""), &name);
        assert_refused(&run(&["decode", "model", &name], b""), &name);
    }
}

#[test]
fn the_name_of_a_file_is_shown_on_one_line() {
    let output = run(&["encode", "a\nb\u{1b}[31m\u{2028}e\u{301}"], b"");
    assert_refused(&output, "error: a\\nb\\x1b[31m\\u2028e\u{301}: ");
}

#[test]
fn a_line_is_encoded_as_soon_as_it_is_there() {
    let model = path("bytes.json");
    assert!(
        run(&["train", "-v256", "-o", model.to_str().unwrap()], b"a")
            .status
            .success()
    );
    let mut child = program()
        .args(["encode".as_ref(), model.as_os_str()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for (text, expected) in [("ab\n", "97 98\n"), ("c\n", "99\n")] {
        input.write_all(text.as_bytes()).unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(line, expected);
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_closed_pipe_is_no_error_and_a_full_disk_is_one() {
    let model = path("pipe.json");
    assert!(
        run(&["train", "-v256", "-o", model.to_str().unwrap()], b"a")
            .status
            .success()
    );
    let text = path("pipe.txt");
    fs::write(&text, "the cat\n".repeat(100_000)).unwrap();
    let mut child = program()
        .args(["encode".as_ref(), model.as_os_str(), text.as_os_str()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
    let full = Path::new("/dev/full");
    if full.exists() {
        let (model, text) = (model.to_str().unwrap(), text.to_str().unwrap());
        let output = run(&["encode", model, text, "-o", "/dev/full"], b"");
        assert_refused(&output, "/dev/full: No space left on device");
        for arguments in [
            &["encode", model, text][..],
            &["--help"],
            &["--version"],
            &["train", "--help"],
        ] {
            let output = program()
                .args(arguments)
                .stdout(fs::OpenOptions::new().write(true).open(full).unwrap())
                .output()
                .unwrap();
            assert_refused(&output, "standard output: No space left on device");
        }
    }
}

#[test]
fn the_page_has_the_help_of_each_command() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(manifest.join("../../docs/command-line.md")).unwrap();
    for command in [
        &["--help"][..],
        &["train", "--help"],
        &["encode", "--help"],
        &["decode", "--help"],
    ] {
        let output = program().args(command).output().unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        let block = format!("```text\n{}\n```", help.trim());
        let tool = "python tools/command_line_page.py target/debug/bytemerge-cli";
        assert!(page.contains(&block), "out of date: {tool}\n{block}");
    }
}

#[cfg(unix)]
#[test]
fn the_help_has_no_name_of_a_file() {
    use std::os::unix::process::CommandExt as _;

    let output = program()
        .arg0("bytemerge-cli.exe")
        .args(["encode", "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(help.contains("Usage: bytemerge-cli encode"), "{help}");
}

#[test]
fn where_nothing_can_be_saved_nothing_is_learnt() {
    let missing = path("no such folder").join("model.json");
    // Not the text, which comes second, is refused, but where the model should go.
    let refused = train(&missing, "11", b"\xff");
    assert_refused(&refused, "model.json: No such file or directory");
    let folder = path("folder");
    fs::create_dir_all(&folder).unwrap();
    assert_refused(&train(&folder, "11", b"\xff"), "folder: Is a directory");
}

#[test]
fn compressed_files_are_read() {
    let text: &[u8] = b"the cat\nthe hat\n";
    // The same by gzip.
    let compressed: &[u8] = &[
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x2b, 0xc9, 0x48, 0x55, 0x48,
        0x4e, 0x2c, 0xe1, 0x2a, 0x01, 0xd2, 0x19, 0x40, 0x1a, 0x00, 0x70, 0xc8, 0xfb, 0x60, 0x10,
        0x00, 0x00, 0x00,
    ];
    let (plain, small) = (path("plain.txt"), path("small"));
    fs::write(&plain, text).unwrap();
    fs::write(&small, compressed).unwrap();
    let (plain, small) = (plain.to_str().unwrap(), small.to_str().unwrap());
    let models = [path("plain.model"), path("small.model")];
    let names = models.each_ref().map(|model| model.to_str().unwrap());
    for kind in ["--tokenizer=fast", "--tokenizer=rs"] {
        let size = if kind == "--tokenizer=rs" {
            "-v11"
        } else {
            "-v260"
        };
        let train = |model, text| run(&["train", kind, size, "-o", model, text], b"");
        assert!(train(names[0], plain).status.success());
        assert!(train(names[1], small).status.success());
        assert_eq!(fs::read(names[0]).unwrap(), fs::read(names[1]).unwrap());
    }
    for by in ["--by=line", "--by=file"] {
        let encode = |text, input| run(&["encode", by, names[0], text], input).stdout;
        let expected = encode(plain, b"");
        assert_ne!(expected, b"");
        assert_eq!(encode(small, b""), expected);
        assert_eq!(encode("-", compressed), expected);
    }
    fs::write(small, &compressed[..compressed.len() - 4]).unwrap();
    let expected = "small: damaged gzip file: its end is missing";
    assert_refused(
        &run(&["encode", "--by=file", names[0], small], b""),
        expected,
    );
    assert_refused(
        &run(&["train", "-v260", "-o", names[0], small], b""),
        expected,
    );
}

#[cfg(unix)]
#[test]
fn a_program_that_is_told_to_end_leaves_no_half_file() {
    let folder = path("ended");
    fs::remove_dir_all(&folder).ok();
    fs::create_dir(&folder).unwrap();
    let model = path("ended.json");
    let model = model.to_str().unwrap();
    assert!(run(&["train", "-v256", "-o", model], b"a").status.success());
    let out = folder.join("ids");
    let mut child = program()
        .args(["encode", model, "-o", out.to_str().unwrap()])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    // It has begun a file, and waits for more. On Linux the file has no name yet.
    let id = child.id().to_string();
    let descriptors = format!("/proc/{id}/fd");
    let has_begun = || {
        let open = fs::read_dir(&descriptors).into_iter().flatten().flatten();
        let mut open = open.filter_map(|entry| fs::read_link(entry.path()).ok());
        fs::read_dir(&folder).unwrap().next().is_some()
            || open.any(|file| file.starts_with(&folder))
    };
    for _ in 0..3000 {
        if has_begun() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(has_begun());
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert!(Command::new("kill").arg(&id).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}
