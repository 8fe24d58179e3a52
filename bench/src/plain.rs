//! The limit of the transport: bare axum that answers a fixed body.

use std::{net::SocketAddr, process::ExitCode};

use axum::{Router, body::Bytes, http::header, routing::post};

/// Serves the body read from standard input until it is killed; prints the address.
pub(crate) fn serve() -> ExitCode {
    let mut body = Vec::new();
    if std::io::Read::read_to_end(&mut std::io::stdin(), &mut body).is_err() {
        return ExitCode::FAILURE;
    }
    let body = Bytes::from(body);
    let Ok(runtime) = tokio::runtime::Runtime::new() else { return ExitCode::FAILURE };
    let served = runtime.block_on(async move {
        let answer = move |_request: Bytes| {
            let body = body.clone();
            async move { ([(header::CONTENT_TYPE, "application/json")], body) }
        };
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        println!("listening on {}", listener.local_addr()?);
        axum::serve(listener, Router::new().route("/graphql", post(answer))).await
    });
    if served.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
