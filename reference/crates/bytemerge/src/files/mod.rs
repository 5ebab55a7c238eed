//! Files: texts are read, tokenizers are written and read.
//!
//! `text.rs` reads plain and compressed text in blocks, `count.rs` and `encode.rs` work on many
//! such files. `model_file.rs` is the format of model files, `tokenizer_file.rs` is their content,
//! and `replacement.rs` replaces a file in one step, on Linux by the files of `unnamed.rs`.
//! `tokenizer_json.rs` takes the model out of a file of Hugging Face.

pub(crate) mod compressed;
pub(crate) mod count;
mod encode;
pub mod model_file;
pub(crate) mod replacement;
pub(crate) mod text;
mod tokenizer_file;
pub(crate) mod tokenizer_json;
#[cfg(target_os = "linux")]
mod unnamed;
