//! `ls` and `rm`.

use serde_json::{Value, json};

use crate::common::{command, errors, listed, store_with};
use crate::support::path;
use crate::support::sessions::{files_below, new_folder, run};

#[test]
fn sessions_are_listed_by_the_conditions_of_the_catalog() {
    let (_folder, store) = store_with(&["s-1", "s-2"]);
    let lines = run(&["ls", "--json", "--store", &store, "--q", "s-2"]);
    let session: Value = serde_json::from_str(&lines).expect("one line");
    assert_eq!(
        (&session["id"], &session["project"], &session["title"], &session["state"], &session["src"]),
        (
            &json!("s-2"),
            &json!("default"),
            &json!("Checkout"),
            &json!("live"),
            &json!("sessions/default/s-2/session.json")
        )
    );
    assert_eq!(listed(&store, &["--url", "CART", "--project", "default"]), ["s-1", "s-2"]);
    for none in [["--project", "other"], ["--state", "final"], ["--older", "1h"], ["--to", "2020-01-01"]] {
        assert_eq!(listed(&store, &none), [""; 0], "{none:?}");
    }
    let table = run(&["ls", "--store", &store, "--limit", "1"]);
    assert_eq!(table.lines().count(), 2, "the names of the columns and one session: {table}");
}

#[test]
fn a_store_is_not_made_by_listing_it() {
    let folder = new_folder();
    let output = command(&["ls", "--store", &path(&folder, "nothing")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("is not a store"), "{}", errors(&output));
    assert!(!folder.path().join("nothing").exists());
}

#[test]
fn sessions_are_deleted_by_name_with_their_files() {
    let (folder, store) = store_with(&["s-1", "s-2"]);
    run(&["rm", "--store", &store, "--yes", "default/s-1"]);
    assert_eq!(listed(&store, &[]), ["s-2"]);
    let left = files_below(&folder.path().join("store/inbox"));
    assert!(left.iter().all(|file| !file.to_string_lossy().contains("s-1")), "{left:?}");
    let again = command(&["rm", "--store", &store, "--yes", "default/s-3"]);
    assert_eq!(again.status.code(), Some(2), "there is no such session");
}

#[test]
fn a_dry_run_lists_and_deletes_nothing() {
    let (_folder, store) = store_with(&["s-1", "s-2"]);
    let lines = run(&["rm", "--store", &store, "--q", "s-1", "--dry-run", "--json"]);
    assert_eq!(lines.lines().count(), 1, "{lines}");
    assert_eq!(listed(&store, &[]), ["s-1", "s-2"]);
    run(&["rm", "--store", &store, "--q", "s-1", "--yes"]);
    assert_eq!(listed(&store, &[]), ["s-2"]);
}

#[test]
fn nothing_is_deleted_without_a_condition_or_an_answer() {
    let (_folder, store) = store_with(&["s-1"]);
    for arguments in [
        &["--yes"][..],
        &["--project", "default", "--yes"],
        &["--user", "", "--yes"],
        &["--errors", "0", "--yes"],
        &["s-1", "--user", "mia", "--yes"],
        &["--q", "s-1"],
    ] {
        let output = command(&[&["rm", "--store", &store], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", errors(&output));
    }
    assert_eq!(listed(&store, &[]), ["s-1"]);
}
