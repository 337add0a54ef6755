// Style sheets adapted for the replay.
import assert from "node:assert/strict";
import { test } from "node:test";
import { adaptSheet } from "../src/play/adapt.ts";

test("a selector with :hover is there once more with the class of a replayed pointer", () => {
  assert.equal(adaptSheet("a{b:c} .x:hover, .y{b:c}"), "a{b:c} .x:hover, .y,\n.x.\\:hover{b:c}");
  assert.equal(
    adaptSheet("@media (min-width:1px){.x:is(a,b:hover)>c{d:e}}"),
    "@media (min-width:1px){.x:is(a,b:hover)>c,\n.x:is(a,b.\\:hover)>c{d:e}}",
  );
  assert.equal(adaptSheet("a{&:hover{b:c}}"), "a{&:hover,\n&.\\:hover{b:c}}");
});

test("conditions on the device are conditions on the page, and nothing else changes", () => {
  assert.equal(adaptSheet("/* c */@media (max-device-width:9px){a{b:c}}"), "/* c */@media (max-width:9px){a{b:c}}");
  const others = "a{content:':hover{'} /* :hover{ */ b{--x:max-device-width}";
  assert.equal(adaptSheet(others), others);
});

test("a sheet of many rules is adapted in time", () => {
  const began = performance.now();
  adaptSheet("a:hover{}".repeat(200_000));
  assert.ok(performance.now() - began < 5_000);
});
