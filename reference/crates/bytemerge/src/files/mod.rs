//! Files: texts that are read, tokenizers that are written and read, and files that are replaced in one step.

pub(crate) mod atomic;
pub(crate) mod compressed;
pub(crate) mod count;
mod encode;
pub mod model_file;
pub(crate) mod text;
mod tokenizer_file;
