// Tells the room what happens in this opencode, and answers here what a person decided there.
// Decides nothing itself: what `opsroom hook` leaves unanswered stays asked on the screen.
import { spawn } from "node:child_process";

// The longest answer that is read, in characters; a longer one is none.
const LONGEST = 1024 * 1024;
// How many things may wait to be told; more are dropped.
const BEHIND = 200;
// How many running tool calls are remembered; the oldest go first.
const CALLS = 100;
// How long a hook may take to hear that nobody waits for it any more, in ms.
const LEAVING = 2000;

export const opsroom = async ({ client, directory }) => {
  const http = client?._client;
  if (typeof http?.post !== "function") return {};
  const waiting = new Map(); // what is asked → the hook that waits
  const calls = new Map(); // running tool calls, with their input
  const roots = new Map(); // sessions → whether they are nobody's part
  let line = Promise.resolve();
  let behind = 0;
  let main; // the session that was last written to by a person
  let busy = false;
  let failure;
  let used; // what that session has cost so far, as it says itself

  // One after the other, in the order in which it happened.
  const inOrder = (step) => {
    if (behind >= BEHIND) return;
    behind += 1;
    line = line.then(step).catch(() => {}).finally(() => (behind -= 1));
  };

  const hook = (event, payload) => {
    const child = spawn(program, ["hook", "opencode", event], { stdio: ["pipe", "pipe", "ignore"] });
    const said = new Promise((done) => {
      let text = "";
      child.stdout.setEncoding("utf8");
      child.stdout.on("data", (more) => text.length <= LONGEST && (text += more));
      child.on("error", () => done(""));
      child.on("close", () => done(text.length <= LONGEST ? text : ""));
    });
    child.stdin.on("error", () => {});
    child.stdin.end(JSON.stringify(payload));
    return { child, said };
  };
  const tell = (event, payload) => hook(event, payload).said;

  const isRoot = async (session) => {
    if (!roots.has(session)) {
      const found = await client.session.get({ path: { id: session } });
      if (!found?.data) return false;
      roots.set(session, !found.data.parentID);
    }
    return roots.get(session);
  };

  // A model names its calls; two sessions may name theirs alike.
  const name = (session, call) => `${session} ${call}`;

  const send = (url, body) =>
    http.post({ url, body, headers: { "Content-Type": "application/json" } });

  const ask = async (kind, asked) => {
    const call = calls.get(name(asked.sessionID, asked.tool?.callID));
    const { child, said } = hook(`${kind}.asked`, { ...asked, call, cwd: directory });
    waiting.set(asked.id, child);
    const text = await said;
    // not there any more: it was answered on the screen meanwhile
    if (!waiting.delete(asked.id) || !text.trim()) return;
    const answer = JSON.parse(text);
    const at = `/${kind}/${asked.id}`;
    if (kind === "permission" || answer.answers) await send(`${at}/reply`, answer);
    else await send(`${at}/reject`, {});
  };

  const answeredHere = (event, { sessionID, requestID }) => {
    const child = waiting.get(requestID);
    if (!child) return;
    waiting.delete(requestID);
    setTimeout(() => child.kill(), LEAVING).unref?.();
    return tell(event, { sessionID, requestID });
  };

  const status = ({ sessionID, status }) => {
    if (sessionID !== main || status.type === "idle") return;
    if (status.type === "busy" && busy) return;
    busy = status.type === "busy";
    return tell("session.status", { sessionID, status });
  };

  const idle = ({ sessionID }) => {
    if (sessionID !== main) return;
    const error = failure;
    [busy, failure] = [false, undefined];
    return tell(error ? "session.error" : "session.idle", { sessionID, error, used });
  };

  const happened = ({ type, properties }) => {
    switch (type) {
      case "permission.asked":
      case "question.asked":
        // waits as long as a person takes: nothing else may wait for it
        return void ask(type.split(".")[0], properties).catch(() => {});
      case "permission.replied":
      case "question.replied":
      case "question.rejected":
        return answeredHere(type, properties);
      case "session.status":
        return status(properties);
      case "session.error":
        if (properties.sessionID === main) failure = properties.error;
        return;
      case "session.updated":
        if (properties.info?.id === main) used = { cost: properties.info.cost, tokens: properties.info.tokens };
        return;
      case "session.idle":
        return idle(properties);
    }
  };
  const HEARD = /^(permission|question)\.(asked|replied|rejected)$|^session\.(status|error|idle|updated)$/;

  return {
    event: async ({ event }) => {
      if (HEARD.test(event.type)) inOrder(() => happened(event));
    },
    "chat.message": async ({ sessionID }) => {
      inOrder(async () => {
        if (!(await isRoot(sessionID))) return;
        if (main !== sessionID) used = undefined;
        [main, busy, failure] = [sessionID, true, undefined];
        await tell("chat.message", { sessionID });
      });
    },
    "tool.execute.before": async ({ tool, sessionID, callID }, { args }) => {
      if (calls.size >= CALLS) calls.delete(calls.keys().next().value);
      calls.set(name(sessionID, callID), { tool, args });
      inOrder(() => sessionID === main && tell("tool.execute.before", { sessionID, tool, args, used }));
    },
    "tool.execute.after": async ({ sessionID, callID }) => {
      calls.delete(name(sessionID, callID));
    },
    // an opencode that this one starts is not the room's agent
    "shell.env": async (_, output) => {
      output.env.OPENCODE_CONFIG_CONTENT = "";
    },
  };
};
