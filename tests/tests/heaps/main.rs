//! Heaps in programs: a published program's answers, figures that follow from the algorithms, and random requests that
//! must never overlap, lose a byte or leave the bookkeeping at odds with itself.

mod damage;
mod directory;
mod figures;
mod oracle;
mod program;
mod requests;
