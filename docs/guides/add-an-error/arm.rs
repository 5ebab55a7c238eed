        Error::TooFewInARow { .. } => python::NgramError::new_err(message),
