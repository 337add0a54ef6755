//! A connection to the server, which is kept between requests as a browser keeps it.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::HeaderMap;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A recorder gives up after this time.
const TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Client {
    host: String,
    connection: Option<SendRequest<Full<Bytes>>>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// A header that is a number.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.headers.get(name)?.to_str().ok()?.parse().ok()
    }

    pub fn accepts_gzip(&self) -> bool {
        self.headers.get("replayscope-accept").is_some_and(|value| value == "gzip")
    }
}

/// No complete answer has come.
#[derive(Debug)]
pub enum ClientError {
    Connection(std::io::Error),
    Exchange(hyper::Error),
    Request(hyper::http::Error),
    Timeout,
}

impl fmt::Display for ClientError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(error) => write!(formatter, "the server cannot be connected to: {error}"),
            Self::Exchange(error) => write!(formatter, "the answer is not complete: {error}"),
            Self::Request(error) => write!(formatter, "the request is not valid: {error}"),
            Self::Timeout => write!(formatter, "no answer within {} s", TIMEOUT.as_secs()),
        }
    }
}

impl std::error::Error for ClientError {}

impl Client {
    pub fn new(host: &str) -> Self {
        Self { host: host.to_owned(), connection: None }
    }

    /// # Errors
    /// When no complete answer comes in time.
    pub async fn get(&mut self, path: &str) -> Result<Answer, ClientError> {
        self.send(Method::GET, path, false, Bytes::new()).await
    }

    /// Posts a batch.
    ///
    /// # Errors
    /// When no complete answer comes in time.
    pub async fn post(&mut self, body: Bytes, is_gzip: bool) -> Result<Answer, ClientError> {
        self.send(Method::POST, "/v1/batches", is_gzip, body).await
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        is_gzip: bool,
        body: Bytes,
    ) -> Result<Answer, ClientError> {
        let mut request = Request::builder().method(method).uri(path).header("host", &self.host);
        if !body.is_empty() {
            request = request.header("content-type", "application/x-ndjson");
        }
        if is_gzip {
            request = request.header("content-encoding", "gzip");
        }
        let request = request.body(Full::new(body)).map_err(ClientError::Request)?;
        let exchange = async {
            let mut connection = self.connect().await?;
            let response = connection.send_request(request).await.map_err(ClientError::Exchange)?;
            let (head, body) = response.into_parts();
            let body = body.collect().await.map_err(ClientError::Exchange)?.to_bytes();
            Ok((connection, Answer { status: head.status.as_u16(), headers: head.headers, body }))
        };
        let (connection, answer) = timeout(TIMEOUT, exchange).await.map_err(|_| ClientError::Timeout)??;
        self.connection = Some(connection);
        Ok(answer)
    }

    /// The connection of the last request, if the server has not closed it, or a new one.
    async fn connect(&mut self) -> Result<SendRequest<Full<Bytes>>, ClientError> {
        if let Some(mut connection) = self.connection.take()
            && connection.ready().await.is_ok()
        {
            return Ok(connection);
        }
        let stream = TcpStream::connect(&self.host).await.map_err(ClientError::Connection)?;
        stream.set_nodelay(true).map_err(ClientError::Connection)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(ClientError::Exchange)?;
        // Ends with the sender; how it ends, the sender says.
        tokio::spawn(async move { drop(connection.await) });
        Ok(sender)
    }
}
