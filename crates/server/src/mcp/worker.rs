//! The thread that reads recordings, which cannot move between threads.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use tokio::sync::oneshot;

use super::answer::Limits;
use super::recordings::Recordings;
use super::roots::Roots;
use crate::commands::{ComparisonScope, Inspection};

/// What is asked about a recording.
#[derive(Debug)]
pub(super) enum Asked {
    Inspect(Inspection),
    /// What differs from the recording at another path.
    Compare {
        other: String,
        scope: ComparisonScope,
    },
}

impl From<Inspection> for Asked {
    fn from(inspection: Inspection) -> Self {
        Self::Inspect(inspection)
    }
}

/// A question, and where its answer goes.
#[derive(Debug)]
struct Question {
    file: String,
    asked: Asked,
    limits: Limits,
    answer: oneshot::Sender<Result<String, String>>,
}

/// Asks the thread. A handle.
#[derive(Clone, Debug)]
pub(super) struct Worker {
    questions: Sender<Question>,
}

const STOPPED: &str = "The server has stopped reading recordings.";

impl Worker {
    /// Starts the thread, which ends when the last handle is dropped.
    ///
    /// # Errors
    /// If the system has no thread.
    pub(super) fn start(roots: Roots, shows_credentials: bool) -> io::Result<Self> {
        let (questions, asked): (_, Receiver<Question>) = channel();
        thread::Builder::new().name("recordings".to_owned()).spawn(move || {
            let mut recordings = Recordings::new(roots, shows_credentials);
            for question in asked {
                let (file, limits) = (&question.file, question.limits);
                let answer = match &question.asked {
                    Asked::Inspect(inspection) => recordings.answer(file, inspection, limits),
                    Asked::Compare { other, scope } => recordings.compare(file, other, *scope, limits),
                };
                // The caller may have given up.
                let _ = question.answer.send(answer);
            }
        })?;
        Ok(Self { questions })
    }

    /// The answer to a question about a recording.
    ///
    /// # Errors
    /// What to say if there is none.
    pub(super) async fn ask(
        &self,
        file: String,
        asked: impl Into<Asked>,
        limits: Limits,
    ) -> Result<String, String> {
        let (answer, answered) = oneshot::channel();
        let question = Question { file, asked: asked.into(), limits, answer };
        self.questions.send(question).map_err(|_| STOPPED.to_owned())?;
        answered.await.map_err(|_| STOPPED.to_owned())?
    }
}
