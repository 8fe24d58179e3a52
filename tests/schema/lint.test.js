// The rules of eslint.config.js: how the schema is written, and what the phone's operations should select.
import { test } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import { root } from "./contract.js";

const eslint = new ESLint({ cwd: root, overrideConfigFile: fileURLToPath(new URL("eslint.config.js", import.meta.url)) });

for (const [what, pattern] of [["schema.graphql", "schema.graphql"], ["the phone's operations", "mobile-contract/operations/*.graphql"]]) {
  test(`the rules find nothing in ${what}`, async () => {
    const found = await eslint.lintFiles([pattern]);
    const told = found.flatMap(({ filePath, messages }) =>
      messages.map(({ line, message, ruleId }) => `${filePath.slice(root.length)}:${line}: ${message.replaceAll("\n", " ")} (${ruleId})`),
    );
    assert.deepEqual(told, []);
  });
}

test("the rules find what is wrong", async () => {
  const bad = 'type Query { a: Thing }\n"""\nDescribed.\n"""\ntype Thing { thingName: String }\n';
  const [{ messages }] = await eslint.lintText(bad, { filePath: `${root}schema.graphql` });
  const rules = messages.map(({ ruleId }) => ruleId.replace("@graphql-eslint/", ""));
  for (const rule of ["require-description", "strict-id-in-types"]) assert.ok(rules.includes(rule), `${rule}: ${rules}`);
});
