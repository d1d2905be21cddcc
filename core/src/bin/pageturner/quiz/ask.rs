//! One question at the terminal, until it is right, given up, or has been tried often enough.

use super::table::table;
use crate::Fatal;
use crate::output::Output;
use pageturner::lab::quiz::foresee::before;
use pageturner::lab::quiz::{Judged, Question, judge, right_text};
use pageturner::lab::tell::variables::Variables;
use pageturner::lab::tell::words::{command_text, plain};
use pageturner::lab::time::session::Session;
use pageturner::script::{ConsoleScope, console_line};
use pageturner::vocabulary::command::Ask;
use pageturner::vocabulary::question::{Asks, Task};
use std::io::BufRead;

/// What a question was worth in the end: a share from 0 to 1 of its points.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    pub share: f64,
    pub points: u32,
}

/// Who asks, and where answers come from.
pub struct Asking {
    lines: Box<dyn BufRead>,
    /// Lines come from a file: they are shown, as a terminal would.
    shown: bool,
    script: String,
    over: bool,
}

/// What a line says.
enum Said {
    Answer(Vec<String>),
    /// The answer is wanted.
    Look,
    Skip,
    /// There are no more lines.
    End,
}

impl Asking {
    /// Answers are lines of text.
    pub fn new(lines: Box<dyn BufRead>, shown: bool, script: String) -> Asking {
        Asking { lines, shown, script, over: false }
    }

    /// Whether no more answers come.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Asks a question of the scenario.
    pub fn ask(&mut self, out: &mut Output, session: &Session, ask: &Ask, question: &Question) -> Result<Ended, Fatal> {
        out.line(format!("\n    ? {}", plain(&ask.question).replace('\n', "\n      ")))?;
        let ended = self.judged(out, session, question)?;
        if !ask.answer.is_empty() {
            out.line(format!("      {}", plain(&ask.answer).replace('\n', "\n      ")))?;
        }
        Ok(ended)
    }

    /// Asks what a step will do; `None`: there is nothing to ask.
    pub fn predict(&mut self, out: &mut Output, session: &Session, step: u32) -> Result<Option<Ended>, Fatal> {
        let Some(prediction) = before(session, step) else { return Ok(None) };
        let done = &session.steps()[step as usize];
        out.line(format!("\n    next: {}", command_text(&done.command)))?;
        out.line(format!("    ? {}", prediction.question))?;
        let ended = self.judged(out, session, &prediction.of_step(step))?;
        super::step_lines(out, done, step)?;
        Ok(Some(ended))
    }

    fn judged(&mut self, out: &mut Output, session: &Session, question: &Question) -> Result<Ended, Fatal> {
        let Question { task, right, .. } = question;
        out.line(prompt(task))?;
        let mut reach =
            matches!(task.asks, Asks::Reach { .. }).then(|| Reach::new(session, question.step, &self.script));
        let (mut share, mut tries) = (0.0, 0);
        loop {
            let given = match self.said(out, task)? {
                Said::Answer(given) => given,
                Said::Look | Said::Skip => break,
                Said::End => {
                    self.over = true;
                    break;
                }
            };
            let given = match &mut reach {
                None => given,
                Some(reach) => {
                    let (text, held) = reach.line(&task.asks, &given[0]);
                    out.line(format!("      {text}"))?;
                    if !held {
                        continue;
                    }
                    vec!["true".into()]
                }
            };
            let judged = match judge(task, right.as_ref(), &given) {
                Ok(judged) => judged,
                Err(unread) => {
                    out.line(format!("      {unread}"))?;
                    continue;
                }
            };
            tries += 1;
            share = f64::max(share, f64::from(judged.right) / f64::from(judged.of));
            out.line(format!("      {}", verdict(&judged)))?;
            if judged.is_right() {
                return Ok(Ended { share, points: task.points });
            }
            if task.tries > 0 && tries >= task.tries {
                break;
            }
        }
        if let Some(right) = right {
            out.line(format!("      Right is: {}", right_text(&task.asks, right)))?;
        }
        Ok(Ended { share, points: task.points })
    }

    /// What the reader says: a line, of a table one for each blank.
    fn said(&mut self, out: &mut Output, task: &Task) -> Result<Said, Fatal> {
        let blanks = task.asks.blanks().max(1);
        let mut given = Vec::new();
        for n in 1..=blanks {
            out.text(&if blanks > 1 { format!("      {n} > ") } else { "      > ".into() })?;
            out.flush()?;
            let mut line = String::new();
            let read = self.lines.read_line(&mut line).map_err(|error| Fatal(format!("answers: {error}")))?;
            if self.shown {
                out.line(line.trim_end())?;
            }
            match line.trim() {
                _ if read == 0 => return Ok(Said::End),
                "?" => return Ok(Said::Look),
                "" if blanks == 1 => return Ok(Said::Skip),
                line => given.push(line.to_string()),
            }
        }
        Ok(Said::Answer(choices(&task.asks, given)))
    }
}

/// Lines of the console on a machine of one's own, until the condition holds.
struct Reach {
    session: Session,
    scope: ConsoleScope,
}

impl Reach {
    fn new(session: &Session, step: u32, script: &str) -> Reach {
        let mut session = session.clone();
        session.seek(step + 1);
        let mut variables = Variables::default();
        variables.read(&session, script);
        let mut scope = ConsoleScope::default();
        scope.know(&variables.at(step + 1));
        Reach { session, scope }
    }

    /// The answer to a line, and whether the condition holds after it.
    fn line(&mut self, asks: &Asks, line: &str) -> (String, bool) {
        let Asks::Reach { condition } = asks else { return (String::new(), false) };
        let text = match console_line(&mut self.session, &mut self.scope, line) {
            Ok(text) => text,
            Err(error) => error.to_string(),
        };
        let held = console_line(&mut self.session, &mut self.scope, condition);
        (text.replace('\n', "\n      "), held.is_ok_and(|held| held == "true"))
    }
}

/// How it is answered.
fn prompt(task: &Task) -> String {
    let letters = |of: &[String]| {
        let lines = of.iter().zip('a'..).map(|(text, letter)| format!("      {letter}) {text}\n"));
        lines.collect::<String>()
    };
    let points = if task.points == 1 { String::new() } else { format!("{} points; ", task.points) };
    let way = match &task.asks {
        Asks::Number { unit, .. } if unit.is_empty() => "a number".into(),
        Asks::Number { unit, .. } => format!("a number of {unit}"),
        Asks::Address => "an address".into(),
        Asks::Text => "a word".into(),
        Asks::Choice { of } => return format!("{}      ({points}a letter; ? shows the answer)", letters(of)),
        Asks::Choices { of } => {
            return format!("{}      ({points}letters, such as a c, or none; ? shows the answer)", letters(of));
        }
        Asks::Table { .. } => return format!("{}\n      ({points}a line for each blank)", table(&task.asks)),
        Asks::Point => "a thing, such as: frame 6".into(),
        Asks::Reach { .. } => "commands, a line each, until it is so".into(),
        Asks::Foresee(_) => "what will happen".into(),
    };
    format!("      ({points}{way}; ? shows the answer)")
}

/// Letters as places of choices.
fn choices(asks: &Asks, given: Vec<String>) -> Vec<String> {
    let (Asks::Choice { of } | Asks::Choices { of }) = asks else { return given };
    let line = given.into_iter().next().unwrap_or_default();
    if line.trim() == "none" && matches!(asks, Asks::Choices { .. }) {
        return Vec::new();
    }
    let place = |word: &str| match word.trim_end_matches([')', '.']).as_bytes() {
        [letter] if letter.is_ascii_alphabetic() && usize::from(letter.to_ascii_lowercase() - b'a') < of.len() => {
            Some((letter.to_ascii_lowercase() - b'a').to_string())
        }
        _ => None,
    };
    let words = line.split([' ', ',']).filter(|word| !word.is_empty());
    words.map(place).collect::<Option<Vec<String>>>().unwrap_or_else(|| vec![line.clone()])
}

fn verdict(judged: &Judged) -> String {
    let hint = judged.hint.as_ref().map_or(String::new(), |hint| format!(" {}", plain(hint)));
    match judged.right {
        _ if judged.is_right() => "Right.".into(),
        0 => format!("Not right.{hint}"),
        right => format!("{right} of {} parts are right.{hint}", judged.of),
    }
}
