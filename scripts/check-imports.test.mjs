import assert from "node:assert/strict";
import { test } from "node:test";
import { importProblems, lengthProblems } from "./check-imports.mjs";

const none = [];
const onlyProblem = (path, text) => {
  const problems = importProblems(path, text);
  assert.equal(problems.length, 1, problems.join("\n"));
  return problems[0];
};

test("a screen module may use the store, the ui and itself", () => {
  const text =
    "use crate::store::Session;\nuse crate::ui::list::List;\nuse crate::network::row::Row;\nuse session::model::Request;\n";
  assert.deepEqual(importProblems("src/network/table.rs", text), none);
});

test("screen modules never use each other, nor the source", () => {
  assert.match(onlyProblem("src/network/table.rs", "use crate::messages::Grid;"), /`network` must not use `messages`/);
  assert.match(
    onlyProblem("src/home/mod.rs", "let bytes = crate::source::fetch(url);"),
    /`home` must not use `source`/,
  );
});

test("only the app itself uses the screen modules", () => {
  const text = "use crate::{home::Home, network::Network, store::Session, source, ui};";
  assert.deepEqual(importProblems("src/app.rs", text), none);
  assert.deepEqual(importProblems("src/main.rs", text), none);
  assert.match(onlyProblem("src/store/mod.rs", "use crate::app::App;"), /`store` must not use `app`/);
  assert.match(onlyProblem("src/ui/list.rs", "use crate::store::Session;"), /`ui` must not use `store`/);
});

test("the ui knows nothing of sessions, and the payload viewers nothing of the stores", () => {
  assert.match(onlyProblem("src/ui/grid.rs", "use session::model::Session;"), /`ui` must not use the crate `session`/);
  assert.match(onlyProblem("src/ui/grid.rs", "use crate::payload::Alert;"), /`ui` must not use `payload`/);
  assert.match(onlyProblem("src/payload/tree.rs", "use crate::store::Store;"), /`payload` must not use `store`/);
  assert.deepEqual(importProblems("src/payload/tree.rs", "use crate::ui::Lines;\nuse session::model::Session;"), none);
});

test("every branch of an import group is checked", () => {
  const text = "use crate::{\n    store::{Session, console},\n    ui,\n    replay::{\n        Player,\n    },\n};";
  assert.match(onlyProblem("src/network/mod.rs", text), /`network` must not use `replay`/);
});

test("`super` is resolved to its module", () => {
  assert.match(onlyProblem("src/network/table.rs", "use super::super::home::Home;"), /`network` must not use `home`/);
  assert.match(onlyProblem("src/network/mod.rs", "use super::home::Home;"), /`network` must not use `home`/);
  assert.deepEqual(importProblems("src/network/table.rs", "use super::messages::count;"), none);
});

test("paths in comments and strings are not imports", () => {
  const text = `// see crate::home\n/* crate::home */\nlet text = "crate::home \\" crate::home";\nlet raw = r#"crate::home"#;\nlet quote = '"';\n`;
  assert.deepEqual(importProblems("src/network/mod.rs", text), none);
});

test("modules of the session crate use only the layers below them", () => {
  assert.deepEqual(
    importProblems("crates/session/src/formats/har/mod.rs", "use crate::{archive, encodings::hex, model::Session};"),
    none,
  );
  assert.match(
    onlyProblem("crates/session/src/model/mod.rs", "use crate::filter::Query;"),
    /`model` must not use `filter`/,
  );
  assert.match(
    onlyProblem("crates/session/src/filter/query.rs", "use crate::formats::detect;"),
    /`filter` must not use `formats`/,
  );
  assert.deepEqual(
    importProblems("crates/session/src/lib.rs", "pub use crate::{filter::Query, model::Session};"),
    none,
  );
});

test("the session crate must not use a browser", () => {
  assert.match(onlyProblem("crates/session/src/model/time.rs", "let now = web_sys::window();"), /must not use web_sys/);
  assert.deepEqual(importProblems("crates/session/src/model/time.rs", "// not web_sys\n"), none);
});

test("modules of the presentation crate use only the layers below them", () => {
  const text = "use crate::time::origin;\nuse crate::time_scale::Tick;\nuse crate::network::Column;\n";
  assert.deepEqual(importProblems("crates/presentation/src/network/waterfall.rs", text), none);
  assert.match(
    onlyProblem("crates/presentation/src/network/rows.rs", "use crate::view_state::ViewState;"),
    /`network` must not use `view_state`/,
  );
  assert.match(
    onlyProblem("crates/presentation/src/time.rs", "use crate::labels::UNKNOWN;"),
    /`time` must not use `labels`/,
  );
  assert.match(onlyProblem("crates/presentation/src/labels/mod.rs", "use leptos::view;"), /must not use leptos/);
});

test("json-spans has one level and must not use a browser", () => {
  assert.deepEqual(importProblems("crates/json-spans/src/outline.rs", "use crate::block::Block;"), none);
  assert.match(onlyProblem("crates/json-spans/src/block.rs", "use js_sys::Array;"), /must not use js_sys/);
});

test("a module without a rule is a problem", () => {
  assert.match(onlyProblem("src/extras/mod.rs", ""), /no rule states what `extras` may import/);
});

test("files above the length limit are reported", () => {
  assert.deepEqual(lengthProblems("style/network.css", "a {}\n".repeat(450)), none);
  assert.match(lengthProblems("style/network.css", "a {}\n".repeat(451))[0], /451 lines/);
  assert.deepEqual(lengthProblems("README.md", "a\n".repeat(1000)), none);
});
