//! Logs of strace: what is inferred from lines that do not say it, and that any text is read or refused with its place.
//! Whole logs and one small log of every kind are file cases, in `tests/strace`.

mod anything;
mod inferred;
