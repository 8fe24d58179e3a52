// Nothing that a released schema promised is taken back. Releases that nobody uses any more are removed from released/.
import { test } from "node:test";
import assert from "node:assert/strict";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema, printSchema } from "graphql";
import { files, schema } from "./contract.js";

const released = files("released", ".graphql");

/** What breaks clients, and what they may stumble over, as sentences. */
async function changes(old, now) {
  const found = await diff(old, now);
  const at = (level) => found.filter(({ criticality }) => criticality.level === level).map(({ message }) => message);
  return { breaking: at(CriticalityLevel.Breaking), dangerous: at(CriticalityLevel.Dangerous) };
}

for (const [version, text] of released) {
  test(`nothing of ${version} is broken`, async (t) => {
    const { breaking, dangerous } = await changes(buildSchema(text), schema);
    for (const message of dangerous) t.diagnostic(`worth a look: ${message}`);
    assert.deepEqual(breaking, []);
  });
}

test(released.length === 0 ? "nothing is released yet, so nothing can be broken" : "there is a released schema", () => {
  assert.equal(files("released", ".json").length, released.length, "released/ has a schema and a manifest for each version");
});

test("what is taken away or newly demanded is found", async () => {
  const text = "type Query { a(b: ID): Int! c: Colour } enum Colour { RED BLUE }";
  for (const [from, to] of [["c: Colour", ""], ["Int!", "Int"], ["b: ID", "b: ID!"], [" BLUE", ""]]) {
    const { breaking } = await changes(buildSchema(text), buildSchema(text.replace(from, to)));
    assert.ok(breaking.length > 0, `"${from}" became "${to}"`);
  }
  assert.deepEqual(await changes(schema, buildSchema(printSchema(schema))), { breaking: [], dangerous: [] });
});
