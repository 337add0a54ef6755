//! `POST /v1/delete`.

use serde_json::{Value, json};

use crate::support::sessions::{batch, new_folder, post_batch, serve};
use crate::support::{Answer, Server};

fn delete(server: &Server, headers: &str, body: &Value) -> Answer {
    let headers = format!("Host: {}\r\n{headers}", server.host());
    server.request("POST", "/v1/delete", &headers, body.to_string().as_bytes())
}

const JSON: &str = "Content-Type: application/json\r\n";

#[test]
fn the_sessions_of_a_user_are_deleted_by_one_request() {
    let folder = new_folder();
    let server = serve(&folder, &[]);
    for (session, user) in [("s-1", "mia"), ("s-2", "mia"), ("s-3", "max")] {
        let body = String::from_utf8(batch(session, 1, &[])).expect("UTF-8");
        let body = body.replacen('{', &format!("{{\"user\":\"{user}\","), 1);
        assert_eq!(post_batch(&server, "", body.as_bytes()).status, 204);
    }
    let dry = delete(&server, JSON, &json!({"user": "mia", "dryRun": true}));
    assert_eq!(
        (dry.status, dry.json()["sessions"].as_array().map(Vec::len)),
        (200, Some(2)),
        "{}",
        dry.text()
    );
    let listed = || server.get("/sessions.json").json()["sessions"].as_array().map(Vec::len);
    assert_eq!(listed(), Some(3), "a dry run deletes nothing");
    let done = delete(&server, JSON, &json!({"user": "mia"})).json();
    assert_eq!((&done["failed"], &done["dryRun"], done.get("next")), (&json!(0), &json!(false), None));
    assert_eq!(listed(), Some(1));
    assert_eq!(server.get("/s/default/s-1/session.json").status, 404);
    assert_eq!(post_batch(&server, "", &batch("s-1", 2, &[])).status, 422, "it takes no more");
}

#[test]
fn what_is_not_from_the_viewer_itself_deletes_nothing() {
    let folder = new_folder();
    let server = serve(&folder, &[]);
    post_batch(&server, "", &batch("s-1", 1, &[]));
    let body = json!({"older": "0s"});
    assert_eq!(delete(&server, "", &body).status, 415, "a form of another site has no such type");
    for site in ["cross-site", "same-site"] {
        assert_eq!(delete(&server, &format!("{JSON}Sec-Fetch-Site: {site}\r\n"), &body).status, 403);
    }
    for wrong in [json!({}), json!({"project": "default"}), json!({"usr": "mia"})] {
        assert_eq!(delete(&server, JSON, &wrong).status, 422, "{wrong}");
    }
    assert_eq!(server.get("/sessions.json").json()["sessions"].as_array().map(Vec::len), Some(1));
}
