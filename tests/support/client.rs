//! A client as the phone is one: it sends the operations of mobile-contract/ and reads JSON.

use std::{net::SocketAddr, path::Path};

use serde_json::{Value, json};

use super::{fresh_key, freshness, socket::Socket};

/// Talks to one server, signed in or not.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    pub(super) address: SocketAddr,
    pub(super) token: Option<String>,
    forwarded_for: Option<String>,
}

/// The text of an operation of the contract.
pub(crate) fn operation(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("../mobile-contract/operations/{name}.graphql"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { http: reqwest::Client::new(), address, token: None, forwarded_for: None }
    }

    /// The same client after signing in.
    pub(crate) async fn sign_in(mut self, mobile: &str, password: &str) -> Self {
        let input = json!({ "input": { "mobile": mobile, "password": password } });
        let answer = self.run("SignIn", input).await;
        self.token = Some(
            answer["signIn"]["token"]
                .as_str()
                .unwrap_or_else(|| panic!("no token: {answer}"))
                .to_owned(),
        );
        freshness::known(&self);
        self
    }

    /// Its access token.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap()
    }

    /// The same client with another access token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same client, as if a proxy had passed it on for this address.
    pub(crate) fn behind(&self, address: &str) -> Self {
        Self { forwarded_for: Some(address.to_owned()), ..self.clone() }
    }

    /// Runs an operation of the contract and answers its data; an error fails the test.
    pub(crate) async fn run(&self, name: &str, variables: Value) -> Value {
        let answer = self.answer(name, variables).await;
        assert!(answer.get("errors").is_none(), "{name}: {answer}");
        answer["data"].clone()
    }

    /// Runs an operation of the contract and answers everything.
    ///
    /// Around every mutation the worklists of all who are signed in are held against what is in the database: a change
    /// that does not move their version fails the test.
    pub(crate) async fn answer(&self, name: &str, variables: Value) -> Value {
        let text = operation(name);
        if !text.starts_with("mutation") || self.token.is_none() {
            return self.post(json!({ "query": text, "variables": variables })).await;
        }
        let readers = freshness::readers(self);
        freshness::warm(&readers).await;
        let answer = self.post(json!({ "query": text, "variables": variables })).await;
        freshness::check(&readers, name).await;
        answer
    }

    /// The same at a server that may be gone.
    pub(crate) async fn try_answer(
        &self,
        name: &str,
        variables: Value,
    ) -> Result<Value, reqwest::Error> {
        self.try_post(json!({ "query": operation(name), "variables": variables })).await
    }

    /// The code of the first error of an operation.
    pub(crate) async fn code(&self, name: &str, variables: Value) -> String {
        let answer = self.answer(name, variables).await;
        answer["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("no code: {answer}"))
            .to_owned()
    }

    /// Posts a body.
    pub(crate) async fn post(&self, body: Value) -> Value {
        self.try_post(body).await.unwrap()
    }

    /// Posts a body to a server that may be gone.
    pub(crate) async fn try_post(&self, body: Value) -> Result<Value, reqwest::Error> {
        let mut request = self.http.post(format!("http://{}/graphql", self.address)).json(&body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(address) = &self.forwarded_for {
            request = request.header("x-forwarded-for", address);
        }
        request.send().await?.json().await
    }

    /// Sends the bytes of an attachment; answers status and body.
    pub(crate) async fn upload(&self, id: &str, kind: &str, bytes: Vec<u8>) -> (u16, Value) {
        let url = format!("http://{}/attachments/{id}?kind={kind}", self.address);
        let mut request = self.http.post(url).body(bytes);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// Any request beside GraphQL, with headers of its own; answers status, headers and JSON.
    pub(crate) async fn beside(
        &self,
        (method, path): (&str, &str),
        headers: &[(&'static str, &str)],
    ) -> (u16, reqwest::header::HeaderMap, Value) {
        let url = format!("http://{}{path}", self.address);
        let mut request = self.http.request(method.parse().unwrap(), url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        (status, headers, response.json().await.unwrap())
    }

    /// Reads the bytes of an attachment.
    pub(crate) async fn download(&self, path: &str) -> reqwest::Response {
        let mut request = self.http.get(format!("http://{}{path}", self.address));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap()
    }

    /// Logs a contact; `more` is merged into the input.
    pub(crate) async fn log_contact(&self, account: &str, more: Value) -> Value {
        self.run("LogContact", contact(account, &fresh_key(), more)).await["logContact"].clone()
    }

    /// The reasons and rooms of the worklist, in order.
    pub(crate) async fn worklist(&self) -> Vec<(String, String)> {
        let data = self.run("Worklist", json!({ "first": 100 })).await;
        let edges = data["worklist"]["edges"].as_array().unwrap().clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        edges
            .iter()
            .map(|edge| {
                let lead = &edge["node"]["accounts"][0];
                (text(&edge["node"]["reason"]), text(&lead["account"]["unit"]["room"]))
            })
            .collect()
    }

    /// The card of an account.
    pub(crate) async fn card(&self, account: &str) -> Value {
        self.run("AccountCard", json!({ "id": account })).await["node"].clone()
    }

    /// Brings files to `/imports`; answers status and body.
    pub(crate) async fn bring(
        &self,
        query: &str,
        key: &str,
        files: &[(&str, &[u8])],
    ) -> (u16, Value) {
        let boundary = "a-line-that-no-file-has";
        let mut body = Vec::new();
        for (name, bytes) in files {
            let head = format!(
                "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
            );
            body.extend(head.as_bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{boundary}--\r\n").as_bytes());
        let mut request = self
            .http
            .post(format!("http://{}/imports?{query}", self.address))
            .header("content-type", format!("multipart/form-data; boundary={boundary}"))
            .header("idempotency-key", key)
            .body(body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Fetches something beside `/graphql`.
    pub(crate) async fn fetch(&self, path: &str) -> (u16, Vec<u8>) {
        let mut request = self.http.get(format!("http://{}{path}", self.address));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
    }

    /// A socket with this client's sign-in.
    pub(crate) async fn socket(&self) -> Socket {
        Socket::open(self.address, self.token.as_deref()).await.unwrap()
    }

    /// The same sign-in at another server.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        Self { address, ..self.clone() }
    }
}

/// Variables of an operation with one input, under a fresh key unless the scenario gives one.
pub(crate) fn input(mut fields: Value) -> Value {
    if fields.get("idempotencyKey").is_none() {
        fields["idempotencyKey"] = json!(fresh_key());
    }
    json!({ "input": fields })
}

/// Variables of `LogContact`.
pub(crate) fn contact(account: &str, key: &str, more: Value) -> Value {
    let mut input =
        json!({ "idempotencyKey": key, "accountIds": [account], "disposition": "NO_ANSWER" });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    // Each outcome on a channel that it can come of, unless the scenario names one.
    let channel = match input["disposition"].as_str() {
        Some("MET" | "NOT_HOME") => "VISIT",
        Some("MESSAGE_SENT") => "WECHAT",
        _ => "CALL",
    };
    if input.get("channel").is_none() {
        input["channel"] = json!(channel);
    }
    json!({ "input": input })
}

/// What `log_contact` takes for a promise.
pub(crate) fn promise(account: &str, amount: &str, due_on: &str) -> Value {
    let lines = json!([{ "accountId": account, "amount": amount, "dueOn": due_on }]);
    json!({ "disposition": "PROMISED", "promise": { "way": "TRANSFER", "lines": lines } })
}
