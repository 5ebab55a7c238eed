//! The cases that the command line of the Python package passes too: see `tests/test_programs.py`.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

#[test]
fn the_cases_of_python() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cases = fs::read(manifest.join("../../tests/cases/command_line.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_slice(&cases).unwrap();
    assert_ne!(cases.len(), 0);
    for case in &cases {
        let name = case["name"].as_str().unwrap();
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::remove_dir_all(&folder).ok();
        fs::create_dir(&folder).unwrap();
        for (file, content) in case["files"].as_object().unwrap() {
            fs::write(folder.join(file), content.as_str().unwrap()).unwrap();
        }
        for step in case["steps"].as_array().unwrap() {
            assert_eq!(ran(&folder, &step["command"]), *step, "{name}");
        }
    }
}

/// Returns the result of a step of a case.
fn ran(folder: &Path, command: &Value) -> Value {
    let arguments = command.as_array().unwrap().iter();
    let output = Command::new(env!("CARGO_BIN_EXE_bytemerge-cli"))
        .args(arguments.map(|argument| argument.as_str().unwrap()))
        .env("NO_COLOR", "1")
        .env_remove("CLICOLOR_FORCE")
        .current_dir(folder)
        .output()
        .unwrap();
    let mut files = Map::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(
            path.extension().is_none_or(|ending| ending != "tmp"),
            "{name}"
        );
        if name == "model" || name == "ids" {
            let digest = Sha256::digest(fs::read(&path).unwrap());
            let mut hex = String::new();
            for byte in digest {
                write!(hex, "{byte:02x}").unwrap();
            }
            files.insert(name, hex.into());
        }
    }
    json!({
        "command": command,
        "status": output.status.code(),
        "out": String::from_utf8(output.stdout).unwrap(),
        "err": String::from_utf8(output.stderr).unwrap(),
        "files": files,
    })
}
