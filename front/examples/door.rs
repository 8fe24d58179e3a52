//! Serves the demo schema, for client libraries to try: `cargo run -p guanjia-front --example door -- 127.0.0.1:4000`.
//!
//! With a second argument, a manifest of registered operations in Apollo's format.

#[path = "../tests/front/demo.rs"]
mod demo;

use std::{env, error::Error, fs, sync::Arc};

use guanjia_front::{Documents, Door, Introspection, Listening, Settings, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:4000".to_owned());
    let documents = match arguments.next() {
        Some(path) => Documents::from_manifest(&fs::read_to_string(path)?)?,
        None => Documents::default(),
    };
    let world = demo::World::default();
    let schema = demo::schema(world.clone());
    let sdl = schema.sdl();
    let settings = Settings { introspection: Introspection::Everybody, ..Settings::default() };
    let shutdown = CancellationToken::new();
    let router = Door::new(schema, Arc::new(world))
        .settings(settings)
        .sdl(sdl)
        .documents(documents)
        .shutdown(shutdown.clone())
        .router()?;
    let listener = TcpListener::bind(address).await?;
    println!("serving http://{}/graphql", listener.local_addr()?);
    serve(listener, router, Listening::default(), shutdown).await;
    Ok(())
}
