//! A stand-in of the models' APIs, as small as it can be: it plays one call of a tool after another, then says
//! that it is done. Speaks Anthropic Messages, OpenAI Responses and Chat Completions, and Gemini, on the loopback alone.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// One call of a tool.
#[derive(Clone)]
pub struct Call {
    pub tool: &'static str,
    /// An object; a text for a tool that takes one.
    pub input: Value,
}

/// Not a call: the words that are its input, for a program whose model has no tools.
pub const SAYS: &str = "says";

pub fn call(tool: &'static str, input: Value) -> Call {
    Call { tool, input }
}

/// A model that plays these calls.
pub struct Model {
    pub port: u16,
    heard: Arc<Mutex<Vec<Value>>>,
}

impl Model {
    pub async fn plays(calls: Vec<Call>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = heard.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (calls, kept) = (calls.clone(), kept.clone());
                // a program that hangs up has had enough
                tokio::spawn(async move { serve(stream, &calls, &kept).await.ok() });
            }
        });
        Self { port, heard }
    }

    /// Everything that the model was told in turns of the agent, as text.
    pub fn heard(&self) -> String {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|body| format!("{body}\n")).collect()
    }
}

async fn serve(stream: TcpStream, calls: &[Call], kept: &Mutex<Vec<Value>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mut length, mut upgrade) = (0, false);
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let (name, value) = line.trim_end().split_once(':').unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "upgrade" => upgrade = true,
            "" => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (status, kind, text) = match path.split('?').next().unwrap_or_default() {
        _ if upgrade => ("426 Upgrade Required", "application/json", "{}".to_owned()),
        "/v1/messages" => ("200 OK", STREAM, messages(&body, calls, kept)),
        "/v1/responses" => ("200 OK", STREAM, responses(&body, calls, kept)),
        "/v1/chat/completions" => ("200 OK", STREAM, completions(&body, calls, kept)),
        path if path.ends_with(":streamGenerateContent") => (
            "200 OK",
            STREAM,
            format!("data: {}\n\n", gemini(&body, calls, kept)),
        ),
        path if path.ends_with(":generateContent") => (
            "200 OK",
            "application/json",
            gemini(&body, calls, kept).to_string(),
        ),
        path if path.ends_with("/count_tokens") => (
            "200 OK",
            "application/json",
            json!({ "input_tokens": 9 }).to_string(),
        ),
        _ => (
            "200 OK",
            "application/json",
            json!({ "data": [], "models": [] }).to_string(),
        ),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        text.len()
    );
    stream.write_all((head + &text).as_bytes()).await?;
    stream.flush().await
}

const STREAM: &str = "text/event-stream";

/// What comes next, by how many calls were answered. A request for a title has no tools, or wants JSON.
fn next(
    calls: &[Call],
    body: &Value,
    answered: usize,
    wants_json: bool,
    kept: &Mutex<Vec<Value>>,
) -> Result<Call, &'static str> {
    let tools = match &body["tools"][0]["functionDeclarations"] {
        Value::Array(tools) => tools.len(),
        _ => body["tools"].as_array().map_or(0, Vec::len),
    };
    if wants_json || tools < 2 {
        return Err(r#"{"title":"a test"}"#);
    }
    kept.lock().unwrap().push(body.clone());
    calls.get(answered).cloned().ok_or("All done.")
}

fn events(events: &[Value]) -> String {
    let lines = events.iter().map(|event| {
        format!(
            "event: {}\ndata: {event}\n\n",
            event["type"].as_str().unwrap()
        )
    });
    lines.collect()
}

fn messages(body: &Value, calls: &[Call], kept: &Mutex<Vec<Value>>) -> String {
    let said = body["messages"].as_array().cloned().unwrap_or_default();
    let parts = said
        .iter()
        .filter_map(|message| message["content"].as_array())
        .flatten();
    let answered = parts.filter(|part| part["type"] == "tool_result").count();
    let wants_json = body["output_config"]["format"].is_object();
    let (block, delta, stop) = match next(calls, body, answered, wants_json, kept) {
        Ok(call) => (
            json!({ "type": "tool_use", "id": format!("toolu_{answered}"), "name": call.tool, "input": {} }),
            json!({ "type": "input_json_delta", "partial_json": call.input.to_string() }),
            "tool_use",
        ),
        Err(text) => (
            json!({ "type": "text", "text": "" }),
            json!({ "type": "text_delta", "text": text }),
            "end_turn",
        ),
    };
    let usage = json!({ "input_tokens": 100, "output_tokens": 10 });
    events(&[
        json!({ "type": "message_start", "message": {
            "id": format!("msg_{answered}"), "type": "message", "role": "assistant", "model": body["model"],
            "content": [], "stop_reason": null, "stop_sequence": null, "usage": usage
        } }),
        json!({ "type": "content_block_start", "index": 0, "content_block": block }),
        json!({ "type": "content_block_delta", "index": 0, "delta": delta }),
        json!({ "type": "content_block_stop", "index": 0 }),
        json!({ "type": "message_delta", "delta": { "stop_reason": stop, "stop_sequence": null }, "usage": { "output_tokens": 10 } }),
        json!({ "type": "message_stop" }),
    ])
}

fn responses(body: &Value, calls: &[Call], kept: &Mutex<Vec<Value>>) -> String {
    let said = body["input"].as_array().cloned().unwrap_or_default();
    let is_output = |item: &&Value| {
        item["type"]
            .as_str()
            .is_some_and(|kind| kind.ends_with("_output"))
    };
    let answered = said.iter().filter(is_output).count();
    let wants_json = body["text"]["format"]["type"] == "json_schema";
    let item = match next(calls, body, answered, wants_json, kept) {
        Ok(Call {
            tool,
            input: Value::String(text),
        }) => json!({
            "type": "custom_tool_call", "id": format!("ctc_{answered}"), "call_id": format!("call_{answered}"),
            "name": tool, "input": text, "status": "completed"
        }),
        Ok(Call { tool, input }) => json!({
            "type": "function_call", "id": format!("fc_{answered}"), "call_id": format!("call_{answered}"),
            "name": tool, "arguments": input.to_string(), "status": "completed"
        }),
        Err(text) => json!({
            "type": "message", "id": format!("msg_{answered}"), "role": "assistant", "status": "completed",
            "content": [{ "type": "output_text", "text": text, "annotations": [] }]
        }),
    };
    let response = |status: &str, output: Value| {
        json!({
            "id": format!("resp_{answered}"), "object": "response", "created_at": 1, "status": status,
            "model": body["model"], "output": output,
            "usage": { "input_tokens": 100, "output_tokens": 10, "total_tokens": 110 }
        })
    };
    events(&[
        json!({ "type": "response.created", "response": response("in_progress", json!([])) }),
        json!({ "type": "response.output_item.added", "output_index": 0, "item": item }),
        json!({ "type": "response.output_item.done", "output_index": 0, "item": item }),
        json!({ "type": "response.completed", "response": response("completed", json!([item])) }),
    ])
}

fn completions(body: &Value, calls: &[Call], kept: &Mutex<Vec<Value>>) -> String {
    let said = body["messages"].as_array().cloned().unwrap_or_default();
    let answered = said.iter().filter(|it| it["role"] == "tool").count();
    // a program that hands over no tools is answered in words alone; what it quotes of others is no turn of its own
    let spoken = kept.lock().unwrap().len();
    let words = calls.get(spoken).filter(|it| it.tool == SAYS);
    let next = match words.and_then(|it| it.input.as_str()) {
        Some(words) => {
            kept.lock().unwrap().push(body.clone());
            Err(words)
        }
        None if calls.iter().any(|it| it.tool == SAYS) => Err("All done."),
        None => next(calls, body, answered, false, kept),
    };
    let (delta, end) = match next {
        Ok(Call { tool, input }) => (
            json!({ "role": "assistant", "tool_calls": [{
                "index": 0, "id": format!("call_{answered}"), "type": "function",
                "function": { "name": tool, "arguments": input.to_string() }
            }] }),
            "tool_calls",
        ),
        Err(text) => (json!({ "role": "assistant", "content": text }), "stop"),
    };
    let part = |delta: Value, end: Value| {
        json!({
            "id": format!("cmpl_{answered}"), "object": "chat.completion.chunk", "created": 1, "model": body["model"],
            "choices": [{ "index": 0, "delta": delta, "finish_reason": end }],
            "usage": { "prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110 }
        })
    };
    format!(
        "data: {}\n\ndata: {}\n\ndata: [DONE]\n\n",
        part(delta, Value::Null),
        part(json!({}), json!(end))
    )
}

fn gemini(body: &Value, calls: &[Call], kept: &Mutex<Vec<Value>>) -> Value {
    let said = body["contents"].as_array().cloned().unwrap_or_default();
    let parts = said
        .iter()
        .filter_map(|it| it["parts"].as_array())
        .flatten();
    // A call that was cancelled stands in its history with an answer or not at all, as its next text comes late or
    // early: the refusal in words counts for it.
    let told = |it: &Value| {
        it["text"]
            .as_str()
            .is_some_and(|text| text.contains(" rejected that"))
    };
    let refused = parts.clone().filter(|it| told(it)).count();
    let answered = parts
        .filter(|it| it["functionResponse"].is_object())
        .count()
        .max(refused);
    let part = match next(calls, body, answered, false, kept) {
        Ok(Call { tool, input }) => json!({ "functionCall": { "name": tool, "args": input } }),
        Err(text) => json!({ "text": text }),
    };
    json!({
        "candidates": [{ "index": 0, "content": { "role": "model", "parts": [part] }, "finishReason": "STOP" }],
        "usageMetadata": { "promptTokenCount": 100, "candidatesTokenCount": 10, "totalTokenCount": 110 }
    })
}
