//! `quiz`: a scenario's questions at the terminal. What happens is told step by step; each question waits for an
//! answer, is judged, and counts.

mod ask;
pub mod table;

use crate::args::QuizArgs;
use crate::console::start;
use crate::output::Output;
use crate::report::step_lines;
use crate::{Verdict, files};
use ask::{Asking, Ended};
use pageturner::lab::quiz::question;
use pageturner::lab::time::session::Session;
use pageturner::vocabulary::command::{Command, Words};
use std::io::{BufRead, IsTerminal, stdin};

/// What was reached of what could be, in points; a table's blanks are parts of its points.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    points: f64,
    of: f64,
    questions: u32,
}

/// Asks the questions of a scenario or a recording.
pub fn quiz(args: &QuizArgs) -> Verdict {
    let (mut session, script) = start(Some(&args.file), args.memory, &args.given)?;
    let mut out = Output::new();
    let lines: Box<dyn BufRead> = match &args.answers {
        Some(path) => Box::new(std::io::Cursor::new(files::read(path)?.into_bytes())),
        None => Box::new(stdin().lock()),
    };
    let shown = args.answers.is_some() || !stdin().is_terminal();
    let mut asking = Asking::new(lines, shown, script.unwrap_or_default());
    let mut score = Score::default();
    for n in 0..session.steps().len() as u32 {
        if asking.is_over() {
            score.add(question(&session, n).map(|question| Ended { share: 0.0, points: question.task.points }));
            continue;
        }
        let asked = if args.predict { asking.predict(&mut out, &session, n)? } else { None };
        let asked = match asked {
            Some(asked) => Some(asked),
            None => told(&mut out, &mut asking, &mut session, n)?,
        };
        score.add(asked);
    }
    out.line("")?;
    out.line(score.text())?;
    out.flush()?;
    Ok(true)
}

/// A step in words; a question waits for its answer, which is worth so much.
fn told(out: &mut Output, asking: &mut Asking, session: &mut Session, n: u32) -> Result<Option<Ended>, crate::Fatal> {
    let step = session.steps()[n as usize].clone();
    if let (Command::Ask(ask), Some(question)) = (&step.command, question(session, n)) {
        return asking.ask(out, session, ask, &question).map(Some);
    }
    match step.command.words() {
        Some(Words::Expect(_)) => Ok(None),
        Some(Words::Note(_) | Words::Show(_) | Words::Ask(_) | Words::Answer(_)) | None => {
            step_lines(out, &step, n).map(|()| None)
        }
    }
}

impl Score {
    fn add(&mut self, ended: Option<Ended>) {
        let Some(Ended { share, points }) = ended else { return };
        self.points += share * f64::from(points);
        self.of += f64::from(points);
        self.questions += 1;
    }

    fn text(&self) -> String {
        let Score { points, of, questions } = self;
        let points = if points.fract() == 0.0 { points.to_string() } else { format!("{points:.1}") };
        match questions {
            0 => "There was no question that can be judged; --predict asks before each step that matters.".into(),
            1 => format!("1 question: {points} of {of} points"),
            _ => format!("{questions} questions: {points} of {of} points"),
        }
    }
}
