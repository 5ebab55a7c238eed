//! The program `wordtally-cli`: compares two texts, without Python.

use std::io::{self, Write};

use clap::Parser;

use wordtally::longest_common;

/// Print the length of the longest text that is in both texts.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The first text
    left: String,
    /// The second text
    right: String,
}

fn main() -> io::Result<()> {
    let Arguments { left, right } = Arguments::parse();
    let longest = longest_common(&left, &right, &|| false).map_err(io::Error::other)?;
    writeln!(io::stdout(), "{longest}")
}
