//! The real program, as its own process: started, killed, started again.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use super::{app::Clock, client::Client, database, eventually};

/// Where `cargo build` put it: beside the test binary.
fn path() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let built = tests.ancestors().nth(2).unwrap().join("guanjia");
    assert!(built.exists(), "{} is missing: cargo build --workspace --bins", built.display());
    built
}

/// The command with an environment of its own: nothing of the developer's.
pub(crate) fn command(database_url: &str) -> Command {
    let mut command = Command::new(path());
    command.env_clear().env("DATABASE_URL", database_url).current_dir(std::env::temp_dir());
    command
}

/// Runs a command to its end; answers what it wrote.
pub(crate) fn run(database_url: &str, arguments: &[&str]) -> Output {
    command(database_url).args(arguments).output().unwrap()
}

/// Runs a command that must succeed; answers its standard output.
pub(crate) fn succeed(database_url: &str, arguments: &[&str]) -> String {
    let output = run(database_url, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "guanjia {arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// A serving process that is killed when it is dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Program {
    /// Starts it and waits until it is ready.
    pub(crate) async fn serve(database_url: &str, clock: &Clock, redis_prefix: &str) -> Self {
        Self::serve_with(database_url, clock, &[("GUANJIA_REDIS_PREFIX", redis_prefix)]).await
    }

    /// The same, with more in its environment.
    pub(crate) async fn serve_with(
        database_url: &str,
        clock: &Clock,
        more: &[(&str, &str)],
    ) -> Self {
        let mut command = command(database_url);
        command
            .arg("serve")
            .env("GUANJIA_LISTEN", "127.0.0.1:0")
            .env("GUANJIA_CLOCK_FILE", clock.path())
            .env("GUANJIA_TICK_MS", "20")
            .envs(more.iter().copied())
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped());
        if let Some(redis) = database::redis() {
            command.env("REDIS_URL", redis);
        }
        let mut child = command.spawn().unwrap();
        let address = address(child.stdout.take().unwrap());
        let mut program = Self { child, address };
        let http = reqwest::Client::new();
        eventually("the server to be ready", async || {
            assert!(program.child.try_wait().unwrap().is_none(), "the server ended by itself");
            let ready = http.get(format!("http://{address}/readyz")).send().await;
            ready.ok().filter(|answer| answer.status().is_success())
        })
        .await;
        program
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// The id of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// kill -9, at once.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, as a service manager does; answers its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let asked =
            Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().unwrap();
        assert!(asked.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads the address that the program prints first.
fn address(output: ChildStdout) -> SocketAddr {
    let first =
        BufReader::new(output).lines().next().expect("the program says where it listens").unwrap();
    let address =
        first.strip_prefix("guanjia listens on http://").and_then(|rest| rest.strip_suffix('/'));
    address.unwrap_or_else(|| panic!("not an address: {first}")).parse().unwrap()
}
