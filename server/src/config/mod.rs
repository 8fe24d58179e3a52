//! Settings: the defaults the binary carries, then a file, then the environment; checked before anything starts.

use std::{collections::HashMap, fmt, net::SocketAddr, path::PathBuf, time::Duration};

use config::{Config, ConfigError, Environment, File, FileFormat};
use serde::Deserialize;

use crate::{
    adapters::vault,
    kernel::{
        Failure,
        database::{DatabaseSettings, sqlite_path},
        secrets::Keyring,
    },
    people::SignInSettings,
};

/// The defaults, which are also the documentation: `guanjia check-config --defaults` prints them.
pub const DEFAULTS: &str = include_str!("../../data/guanjia.default.toml");

/// Everything that can be set. Each field is explained in `data/guanjia.default.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Address and port at which metrics are read; empty for none.
    pub metrics_listen: String,
    /// Collector of spans, OTLP over HTTP; empty for none.
    pub otlp_endpoint: String,
    /// Whether logs are lines of JSON instead of text.
    pub log_json: bool,
    /// `sqlite://path` or `postgres://…`; also from `DATABASE_URL`.
    pub database_url: String,
    /// `redis://…`, empty for none; also from `REDIS_URL`.
    pub redis_url: String,
    /// What keeps several installations on one Redis apart.
    pub redis_prefix: String,
    /// Production: no explorer, no stopped clock, no schema for strangers.
    pub production: bool,
    /// A file with the moment at which the domain clock stands; empty for the machine's clock.
    pub clock_file: PathBuf,
    /// Lifetimes of sign-ins, and how often somebody may fail.
    pub sign_in: SignInSettings,
    /// Database connections.
    pub database_connections: u32,
    /// How long to wait for the database, in milliseconds.
    pub database_patience_ms: u64,
    /// SQLite: whether a commit survives a power failure.
    pub survive_power_failure: bool,
    /// Pause between looks at what is due, in milliseconds.
    pub tick_ms: u64,
    /// How long a lost wake-up can delay a reminder, in milliseconds.
    pub reminder_poll_ms: u64,
    /// Attachments.
    pub attachments: AttachmentSettings,
    /// How long sockets of an ended session can stay open when another replica's word is lost, in milliseconds.
    pub session_poll_ms: u64,
    /// Keys for identity numbers, the one for writing first: `name:64 hex digits`, joined by commas. A secret.
    #[serde(deserialize_with = "keyring")]
    pub identity_keys: Keyring,
    /// How many masked numbers one person may reveal in a day.
    pub reveals_per_day: u32,
    /// How many whole numbers one person who sees them masked may look up, or type in for a party, in a day.
    pub number_searches_per_day: u32,
    /// How many days the files of an import are kept once it is at its end.
    pub import_files_days: u32,
    /// Room for worklists, and as much again for whole answers, that are kept in the process, in bytes.
    pub worklist_cache_bytes: u64,
    /// Limits of the API.
    pub front: guanjia_front::Settings,
    /// Limits of connections.
    pub listening: guanjia_front::Listening,
}

/// What can be set of attachments.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentSettings {
    /// A bucket in which their bytes lie, `s3://bucket/prefix`; empty for the folder.
    pub store: String,
    /// The folder in which their bytes lie; replicas share it. With a bucket, only those that are still arriving.
    pub folder: PathBuf,
    /// The longest one, in bytes.
    pub most_bytes: u64,
    /// How the bucket is reached.
    pub s3: S3Settings,
}

/// How a bucket is reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Settings {
    /// `https://host` of the store; empty for Amazon's in the region.
    pub endpoint: String,
    /// The region, which is part of each signature.
    pub region: String,
    /// Name of the key with which requests are signed.
    pub access_key: String,
    /// The key itself.
    pub secret_key: Secret,
    /// Whether the bucket stands in the path of addresses instead of in the name of the host.
    pub path_style: bool,
}

/// A setting that is never printed.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The secret itself, for who signs with it.
    pub fn for_signing(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "none" } else { "hidden" })
    }
}

impl Settings {
    /// Reads the defaults, the file and the environment, and checks what they add up to. The error is one line that names
    /// the setting.
    pub fn load(file: Option<&str>, environment: HashMap<String, String>) -> Result<Self, String> {
        let one_line = |error: ConfigError| format!("settings: {error}").replace('\n', " ");
        let mut layers = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        layers = match file {
            Some(path) => layers.add_source(File::new(path, FileFormat::Toml)),
            None => layers.add_source(File::new("guanjia.toml", FileFormat::Toml).required(false)),
        };
        let environment = Environment::with_prefix("GUANJIA")
            .prefix_separator("_")
            .separator("__")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("front.sockets.origins")
            .with_list_parse_key("front.persisted.disabled")
            .with_list_parse_key("front.trusted_proxies")
            .source(Some(ours(environment)));
        let settings: Self = layers
            .add_source(environment)
            .build()
            .and_then(Config::try_deserialize)
            .map_err(one_line)?;
        settings.checked()
    }

    fn checked(self) -> Result<Self, String> {
        let postgres = self.database_url.starts_with("postgres://")
            || self.database_url.starts_with("postgresql://");
        if !postgres && sqlite_path(&self.database_url).is_none_or(str::is_empty) {
            return Err("settings: database_url must be sqlite://path or postgres://…".to_owned());
        }
        if !self.redis_url.is_empty() && redis::Client::open(self.redis_url.as_str()).is_err() {
            return Err("settings: redis_url must be redis://host:port".to_owned());
        }
        if self.metrics_address().is_err() {
            return Err(
                "settings: metrics_listen must be an address and a port, such as 127.0.0.1:9464"
                    .to_owned(),
            );
        }
        if self.production && !self.clock_file.as_os_str().is_empty() {
            return Err("settings: clock_file cannot be used in production".to_owned());
        }
        vault::Place::of(&self.attachments).map_err(|why| format!("settings: {why}"))?;
        let positive = [
            ("database_patience_ms", self.database_patience_ms),
            ("tick_ms", self.tick_ms),
            ("reminder_poll_ms", self.reminder_poll_ms),
            ("attachments.most_bytes", self.attachments.most_bytes),
            ("session_poll_ms", self.session_poll_ms),
            ("import_files_days", self.import_files_days.into()),
        ];
        if self.database_connections < 2 {
            return Err("settings: database_connections must be at least 2: migrating holds one for its lock".to_owned());
        }
        if let Some(name) = self.sign_in.zero() {
            return Err(format!("settings: sign_in.{name} must be more than 0"));
        }
        match positive.iter().find(|(_, value)| *value == 0) {
            Some((name, _)) => Err(format!("settings: {name} must be more than 0")),
            None => Ok(self),
        }
    }

    /// Where metrics are read, if they are.
    pub fn metrics_address(&self) -> Result<Option<SocketAddr>, Failure> {
        if self.metrics_listen.is_empty() {
            return Ok(None);
        }
        self.metrics_listen.parse().map(Some).map_err(|e| Failure::broken("metrics_listen", e))
    }

    /// How long a lost word of another replica can leave the sockets of an ended session open.
    pub fn session_poll(&self) -> Duration {
        Duration::from_millis(self.session_poll_ms)
    }

    /// How long a lost wake-up can delay a reminder.
    pub fn reminder_poll(&self) -> Duration {
        Duration::from_millis(self.reminder_poll_ms)
    }

    /// How to reach the database.
    pub fn database(&self) -> DatabaseSettings {
        DatabaseSettings {
            url: self.database_url.clone(),
            connections: self.database_connections,
            patience: Duration::from_millis(self.database_patience_ms),
            survive_power_failure: self.survive_power_failure,
        }
    }
}

/// A wrong key is told by what is wrong with it, never shown.
fn keyring<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Keyring, D::Error> {
    let text = String::deserialize(from)?;
    Keyring::try_new(&text).map_err(|why| serde::de::Error::custom(format!("identity_keys: {why}")))
}

/// The variables that are settings: `GUANJIA_…`, and the two names that every platform knows. `GUANJIA_CONFIG` names the
/// file and `GUANJIA_TEST_…` belong to the tests.
fn ours(environment: HashMap<String, String>) -> HashMap<String, String> {
    let setting = |(name, value): (String, String)| match name.as_str() {
        "DATABASE_URL" | "REDIS_URL" => Some((format!("GUANJIA_{name}"), value)),
        "GUANJIA_CONFIG" => None,
        _ => (name.starts_with("GUANJIA_") && !name.starts_with("GUANJIA_TEST_"))
            .then_some((name, value)),
    };
    environment.into_iter().filter_map(setting).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(variables: &[(&str, &str)]) -> Result<Settings, String> {
        let environment = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Settings::load(None, environment)
    }

    #[test]
    fn the_defaults_are_good_and_the_environment_wins() {
        let settings =
            load(&[("GUANJIA_LISTEN", "127.0.0.1:9"), ("DATABASE_URL", "postgres://db/x")])
                .unwrap();
        assert_eq!(settings.listen.port(), 9);
        assert_eq!(settings.database_url, "postgres://db/x");
        let nested = load(&[
            ("GUANJIA_FRONT__LIMITS__DEPTH", "7"),
            ("GUANJIA_FRONT__SOCKETS__ORIGINS", "https://a,https://b"),
            ("GUANJIA_FRONT__TRUSTED_PROXIES", "10.0.0.0/8,127.0.0.1"),
        ]);
        let front = nested.unwrap().front;
        assert_eq!(front.trusted_proxies.len(), 2);
        assert_eq!((front.limits.depth, front.sockets.origins.len()), (7, 2));
    }

    #[test]
    fn the_file_of_defaults_tells_every_setting_of_the_front_and_the_listener() {
        let settings = load(&[]).unwrap();
        let told = format!("{:?} {:?}", settings.front, settings.listening);
        let meant = format!(
            "{:?} {:?}",
            guanjia_front::Settings::default(),
            guanjia_front::Listening::default()
        );
        assert_eq!(told, meant);
        let names = meant.split(": ").filter_map(|before| before.split([' ', '{']).next_back());
        for name in names.filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase())) {
            let stands = [format!("\n{name} = "), format!(".{name}]")];
            assert!(stands.iter().any(|place| DEFAULTS.contains(place)), "{name}");
        }
    }

    #[test]
    fn a_wrong_setting_is_named() {
        for (name, value, word) in [
            ("GUANJIA_LISTEN", "nowhere", "socket address"),
            ("DATABASE_URL", "mysql://x", "database_url"),
            ("GUANJIA_LISTENN", "x", "listenn"),
            ("GUANJIA_TICK_MS", "0", "tick_ms"),
            ("GUANJIA_SIGN_IN__IDLE_DAYS", "0", "sign_in.idle_days"),
            ("GUANJIA_SIGN_IN__SHIFT_HOURS", "0", "sign_in.shift_hours"),
            ("GUANJIA_FRONT__TRUSTED_PROXIES", "10.0.0.0/8,proxy", "`proxy`"),
            ("GUANJIA_IDENTITY_KEYS", "2026:short", "identity_keys"),
            ("GUANJIA_ATTACHMENTS__STORE", "https://bucket", "attachments.store"),
        ] {
            let error = load(&[(name, value)]).unwrap_err();
            assert!(error.contains(word), "{name}: {error}");
            assert!(!error.contains('\n'));
        }
    }

    #[test]
    fn production_refuses_a_stopped_clock() {
        let error =
            load(&[("GUANJIA_PRODUCTION", "true"), ("GUANJIA_CLOCK_FILE", "/x")]).unwrap_err();
        assert!(error.contains("clock_file"), "{error}");
    }
}
