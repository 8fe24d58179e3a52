//! Large files over HTTP: never whole in memory, refused early.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{TestApp, books, fresh_key};

const MB: usize = 1024 * 1024;

/// The most memory that a process had so far, in bytes.
fn peak(process: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

/// The head of an upload that says how many bytes will come.
fn head(token: &str, community: &str, length: usize) -> String {
    format!(
        "POST /imports?communityId={community} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         idempotency-key: {}\r\ncontent-type: multipart/form-data; boundary=line\r\ncontent-length: {length}\r\n\r\n",
        fresh_key()
    )
}

const PART: &str =
    "--line\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n";

#[tokio::test]
async fn an_upload_of_sixty_megabytes_does_not_take_as_much_memory() {
    let (app, company) = TestApp::with_company().await;
    let program = app.program().await;
    let client = program.client().sign_in(books::CLERK, books::PASSWORD).await;
    let before = peak(program.process());
    let mut socket = TcpStream::connect(program.address).await.unwrap();
    let community = company.community.to_string();
    let length = 63 * MB;
    socket.write_all(head(client.token(), &community, length).as_bytes()).await.unwrap();
    socket.write_all(PART.as_bytes()).await.unwrap();
    let some = vec![b'7'; MB];
    for _ in 0..60 {
        socket.write_all(&some).await.unwrap();
    }
    // It still waits for the rest: all that it keeps of the file, it keeps now.
    let risen = peak(program.process()).saturating_sub(before);
    assert!(risen < 24 * MB, "memory rose by {} MB", risen / MB);
}

#[tokio::test]
async fn an_upload_that_says_it_is_too_large_is_refused_before_it_comes() {
    let (app, company) = TestApp::with_company().await;
    let client = app.sign_in(books::CLERK).await;
    let mut socket = TcpStream::connect(app.address).await.unwrap();
    let community = company.community.to_string();
    socket.write_all(head(client.token(), &community, 70 * MB).as_bytes()).await.unwrap();
    let mut answer = vec![0; 64];
    let count = socket.read(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..count]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}
