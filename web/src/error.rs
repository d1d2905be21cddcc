//! The core's errors as the page sees them.

use crate::dto::ErrorDto;
use pageturner::lab::tell::placed::PlacedError;
use pageturner::refusal::Refusal;

impl ErrorDto {
    /// An error without a place.
    pub fn plain(message: impl Into<String>) -> ErrorDto {
        ErrorDto { message: message.into(), hint: None, line: None, column: None, text: None }
    }
}

impl From<Refusal> for ErrorDto {
    fn from(refusal: Refusal) -> ErrorDto {
        ErrorDto { hint: Some(refusal.hint), ..ErrorDto::plain(refusal.what) }
    }
}

impl From<PlacedError> for ErrorDto {
    fn from(error: PlacedError) -> ErrorDto {
        let text = Some(error.text).filter(|text| !text.is_empty());
        ErrorDto { message: error.message, hint: error.hint, line: Some(error.line), column: Some(error.column), text }
    }
}
