// Writes persisted-operations.json: every operation of operations/, and of the releases in released/, with its id.
//
//   node mobile-contract/manifest.mjs                  the manifest as it is now (make manifest)
//   node mobile-contract/manifest.mjs --release 0.1.0  also keeps today's schema and operations as those of a release
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = `${here}persisted-operations.json`;
const read = (path) => readFileSync(here + path, "utf8");
const text = (manifest) => `${JSON.stringify(manifest, null, 2)}\n`;

function named(folder, ending) {
  if (!existsSync(here + folder)) return [];
  return readdirSync(here + folder).filter((name) => name.endsWith(ending)).sort();
}

/** The manifest of documents given as [name, text]. The text is the body, letter for letter: what the phone sends. */
export function manifestOf(documents) {
  const operations = documents.map(([name, body]) => {
    const definitions = [...body.matchAll(/^(query|mutation|subscription|\{)\s*(\w*)/gm)];
    const [, type, found] = definitions[0] ?? [];
    if (definitions.length !== 1 || found !== name) throw new Error(`${name}.graphql must hold one operation named ${name}`);
    return { id: createHash("sha256").update(body).digest("hex"), name, type, body };
  });
  return { format: "apollo-persisted-query-manifest", version: 1, operations };
}

/** Today's operations. */
export const current = () =>
  manifestOf(named("operations", ".graphql").map((file) => [file.replace(/\.graphql$/, ""), read(`operations/${file}`)]));

/** The text of the manifest: today's operations and those of the releases, each once, by name, then by id. */
export function written() {
  const manifest = current();
  const released = named("released", ".json").flatMap((file) => JSON.parse(read(`released/${file}`)).operations);
  const byId = new Map([...released, ...manifest.operations].map((operation) => [operation.id, operation]));
  const key = ({ name, id }) => `${name} ${id}`;
  const operations = [...byId.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return text({ ...manifest, operations });
}

function release(version) {
  if (!/^\d+\.\d+\.\d+$/.test(version ?? "")) throw new Error("--release needs a version such as 0.1.0");
  mkdirSync(`${here}released`, { recursive: true });
  // A release is never written over.
  writeFileSync(`${here}released/${version}.graphql`, read("../schema.graphql"), { flag: "wx" });
  writeFileSync(`${here}released/${version}.json`, text(current()), { flag: "wx" });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === "--release") release(process.argv[3]);
  writeFileSync(target, written());
}
