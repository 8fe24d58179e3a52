// The files of the contract, read.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSchema } from "graphql";

/** The root of the project. */
export const root = fileURLToPath(new URL("../../", import.meta.url));
/** The schema as the program has it; a test of the server holds the file against the program. */
export const schema = buildSchema(readFileSync(`${root}schema.graphql`, "utf8"));

/** The files of a folder of mobile-contract/ with this ending, as [name, text]. */
export function files(folder, ending) {
  const path = `${root}mobile-contract/${folder}/`;
  if (!existsSync(path)) return [];
  const names = readdirSync(path).filter((name) => name.endsWith(ending)).sort();
  return names.map((name) => [name.slice(0, -ending.length), readFileSync(path + name, "utf8")]);
}
