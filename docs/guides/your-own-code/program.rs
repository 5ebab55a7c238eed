//! The program as a user sees it.

use std::process::Command;

#[test]
fn it_prints_the_length() {
    let output = Command::new(env!("CARGO_BIN_EXE_wordtally-cli"))
        .args(["interest", "winter"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "5\n");
    assert!(output.status.success());
}
