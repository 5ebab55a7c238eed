//! The template: special tokens around a text, as a file of Hugging Face asks for them.
//!
//! They are added only where a caller asks, and never to a part of a text.

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The ids of the special tokens around a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Template {
    /// The ids before the text.
    pub before: Vec<u32>,
    /// The ids after the text.
    pub after: Vec<u32>,
    /// The post-processor of the file that the ids come from. It says more, such as what comes
    /// around two texts, and goes back as it is into such a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) post_processor: Option<serde_json::Value>,
}

impl Template {
    /// Creates a template that keeps a post-processor, given in JSON; `null` keeps nothing.
    ///
    /// # Errors
    ///
    /// The message of the JSON reader.
    pub fn new(before: Vec<u32>, after: Vec<u32>, post_processor: &str) -> Result<Self, String> {
        let parsed = serde_json::from_str(post_processor);
        Ok(Self {
            before,
            after,
            post_processor: parsed.map_err(|error| error.to_string())?,
        })
    }

    /// Returns the post-processor in JSON, or `null`.
    #[must_use]
    pub fn post_processor(&self) -> String {
        let kept = self.post_processor.as_ref();
        kept.map_or_else(|| "null".to_owned(), ToString::to_string)
    }

    /// Returns the number of ids.
    #[must_use]
    pub fn len(&self) -> usize {
        self.before.len() + self.after.len()
    }

    /// Returns whether there are no ids.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns whether there is nothing to write into a file.
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Adds the ids around those of a text.
    pub(crate) fn add_to(&self, ids: &mut Vec<u32>) -> Result<(), Error> {
        ids.try_reserve(self.len())?;
        ids.splice(..0, self.before.iter().copied());
        ids.extend_from_slice(&self.after);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By default, the JSON reader may read a decimal number as a neighbouring float.
    #[test]
    fn a_number_of_a_post_processor_is_read_exactly() -> Result<(), String> {
        let template = Template::new(Vec::new(), Vec::new(), "[5e36,0.1,1e-300]")?;
        assert_eq!(template.post_processor(), "[5e+36,0.1,1e-300]");
        let again = Template::new(Vec::new(), Vec::new(), &template.post_processor())?;
        assert_eq!(again, template);
        Ok(())
    }
}
