//! Files: texts are read, tokenizers are written and read.
//!
//! `text.rs` reads plain and compressed text in blocks, `count.rs` and `encode.rs` work on many
//! such files, and `compressed.rs` decompresses. `model_file.rs` is the format of model files, and
//! `tokenizer_file.rs` the content of one with a production tokenizer; for a naive one, that is
//! `naive/model_file.rs`. `replacement.rs` replaces a file in one step, on Linux by the files of
//! `unnamed.rs`. Other formats of tokenizers are read by the Python package; only the largest part
//! of a file of Hugging Face is read here, in `tokenizer_json.rs`.

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
