//! Uploads of a file (`upload PATH`), of bytes, and of what can be read once, with progress. None is held in memory. Settings
//! come from the environment, as in `quick_start`.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::error::Error;
use std::path::PathBuf;

use paykka_client::{Client, FileSource};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    let path = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("Cargo.toml"), PathBuf::from);
    let name = path.file_name().and_then(|name| name.to_str()).ok_or("the file has no name")?;

    let upload = client.files().upload(name, FileSource::path(&path));
    let answer = upload.on_progress(|sent, all| println!("{sent} of {all} bytes")).await?;
    println!("{name} has the number {:?}", answer.value().file_id);

    let answer = client.files().upload("invoice.txt", b"Invoice 17".to_vec()).await?;
    println!("bytes have the number {:?}", answer.value().file_id);

    // Read once, so it is written to a temporary file first: its digest must be known before it is sent.
    let stream = tokio::fs::File::open(&path).await?;
    let answer = client.files().upload(name, FileSource::reader(stream)).await?;
    println!("a stream has the number {:?}", answer.value().file_id);
    Ok(())
}
