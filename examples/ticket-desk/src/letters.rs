//! Letters to customers: an action that writes them to a folder, and a replacement that keeps them.

use action_sdk::NameError;
use action_sdk::prelude::*;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The folder for outgoing letters.
pub(crate) struct Spool(pub(crate) PathBuf);

/// Writes a letter to the customer to the folder for outgoing letters.
#[action(name = "NotifyCustomerAction", blocking, open_world)]
#[expect(clippy::needless_pass_by_value, reason = "a resource is handed over")]
fn notify_customer(customer: &str, text: &str, spool: Res<Spool>) -> io::Result<()> {
    let path = spool.0.join("letters.txt");
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    writeln!(file, "{}", letter(customer, text))
}

/// Letters that are kept instead of sent.
#[derive(Default)]
pub(crate) struct Letters(Mutex<Vec<String>>);

impl Letters {
    pub(crate) fn put(&self, customer: &str, text: &str) {
        self.letters().push(letter(customer, text));
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.letters().clone()
    }

    fn letters(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn letter(customer: &str, text: &str) -> String {
    format!("to {customer}: {text}")
}

/// A replacement for [`notify_customer`], with the same name and arguments, that keeps the letters. The host need not
/// provide the [`Spool`] that the original needs.
pub(crate) fn kept() -> Result<ActionDescriptor, NameError> {
    let keep = |call: Arc<Call>| async move {
        let letters = call.resource::<Letters>()?;
        letters.put(call.argument("customer")?, call.argument("text")?);
        Ok::<_, ActionError>("kept")
    };
    let kept = ActionDescriptor::new("NotifyCustomerAction", keep)?
        .with_description("Keeps a letter to the customer.")
        .with_param(ParamDescriptor::argument("customer", "&str"))
        .with_param(ParamDescriptor::argument("text", "&str"));
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_letter_is_written_to_the_folder() {
        let folder = std::env::temp_dir().join(format!("ticket-desk-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder can be made");
        let tested = ActionTester::new("NotifyCustomerAction")
            .resource(Spool(folder.clone()))
            .arg("customer", "Ada")
            .arg("text", "Hei!")
            .run()
            .await;
        let written = std::fs::read_to_string(folder.join("letters.txt"));
        std::fs::remove_dir_all(&folder).expect("it was made above");
        assert!(tested.is_ok(), "{tested:?}");
        assert_eq!(written.expect("it is there"), "to Ada: Hei!\n");
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_an_error() {
        let error = ActionTester::new("NotifyCustomerAction")
            .resource(Spool("/no/such/folder".into()))
            .arg("customer", "Ada")
            .arg("text", "Hei!")
            .run()
            .await
            .expect_err("it cannot be written");
        assert_eq!(error.kind(), ActionErrorKind::Failed);
    }

    #[tokio::test]
    async fn the_replacement_wants_the_same_arguments() {
        let kept = kept().expect("the name is good");
        let error = ActionTester::of(kept)
            .resource(Letters::default())
            .arg("customer", "Ada")
            .arg("txt", "Hei!")
            .run()
            .await
            .expect_err("`txt` is none");
        assert_eq!(error.kind(), ActionErrorKind::UnknownArgument);
    }
}
