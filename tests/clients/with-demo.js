// Runs the suite against the demo of the front: node with-demo.js
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const here = fileURLToPath(new URL(".", import.meta.url));
const cargo = ["run", "--quiet", "--package", "guanjia-front", "--example", "door", "--", "127.0.0.1:0"];

const door = spawn("cargo", cargo, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
const [line] = await once(createInterface({ input: door.stdout }), "line");
const env = { ...process.env, GRAPHQL_URL: line.replace("serving ", ""), GRAPHQL_DEMO: "1" };
const suite = spawn(process.execPath, ["--test", "--test-timeout=30000"], { cwd: here, env, stdio: "inherit" });
const [code] = await once(suite, "exit");
door.kill();
process.exitCode = code ?? 1;
