/** From a request to the function that carries it out. */

import type { Request, UidCommand } from "../_gen/request.ts";
import { authenticate, login } from "../commands/auth.ts";
import { list, lsub } from "../commands/list.ts";
import * as mailboxes from "../commands/mailbox.ts";
import * as messages from "../commands/message.ts";
import { fetchMessages } from "../commands/fetch.ts";
import { condition, plainCode, Refusal, type Reply } from "./reply.ts";
import type { Session, State } from "./session.ts";
import { status } from "../commands/status.ts";
import { StoreError } from "../store/store.ts";

/** Commands for every state, for before login, and for after it; nearly all others want a mailbox. */
const ANY: ReadonlySet<string> = new Set(["CAPABILITY", "NOOP", "LOGOUT", "ID"]);
const NONAUTH: ReadonlySet<string> = new Set(["STARTTLS", "AUTHENTICATE", "LOGIN"]);
const AUTH: ReadonlySet<string> = new Set(
  ("SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE LIST LSUB NAMESPACE STATUS APPEND IDLE")
    .split(" "),
);

/** Commands that only a capability brings. */
const NEEDS: ReadonlyMap<string, string> = new Map([
  ["ENABLE", "ENABLE"],
  ["IDLE", "IDLE"],
  ["ID", "ID"],
  ["MOVE", "MOVE"],
  ["UID MOVE", "MOVE"],
  ["NAMESPACE", "NAMESPACE"],
  ["UNSELECT", "UNSELECT"],
  ["UID EXPUNGE", "UIDPLUS"],
]);

/** The arguments of RFC 9051 and of the extensions offered; the grammar reads those of other extensions as well. */
const ARGUMENTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["SELECT", ["mailbox"]],
  ["EXAMINE", ["mailbox"]],
  ["CREATE", ["mailbox", "use"]],
  ["LIST", ["select", "reference", "patterns", "returns", "status"]],
  ["APPEND", ["mailbox", "flags", "date", "message"]],
  ["SEARCH", ["extended", "returns", "charset", "keys"]],
  ["FETCH", ["set", "items"]],
  ["STORE", ["set", "action", "flags"]],
]);

/** Runs a command; whatever goes wrong becomes an answer. */
export async function execute(session: Session, name: string, tag: string, request: Request): Promise<Reply> {
  try {
    const need = NEEDS.get(name);
    if (need !== undefined) session.require(need);
    refuseExtensions(request.name === "UID" ? request.command : request);
    if (!allowed(name, session.state)) {
      return { status: "BAD", text: `${name} is not allowed in this state` };
    }
    return await dispatch(session, tag, request);
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    if (error instanceof StoreError) {
      return { status: "NO", code: plainCode(error.code), text: error.message };
    }
    throw error;
  }
}

function dispatch(session: Session, tag: string, request: Request): Reply | Promise<Reply> {
  switch (request.name) {
    case "CAPABILITY":
      session.send({ type: "CAPABILITY", capabilities: session.capabilities, other: [] });
      return done(request);
    case "NOOP":
    case "CHECK":
      return done(request);
    case "LOGOUT":
      session.send(condition("BYE", "Goodbye"));
      session.state = "logout";
      return done(request);
    case "ID":
      session.send({ type: "ID", params: [{ name: "name", value: "Postern test server" }], other: [] });
      return done(request);
    case "STARTTLS":
      return { status: "BAD", text: "TLS is not offered here" };
    case "LOGIN":
      return login(session, request);
    case "AUTHENTICATE":
      return authenticate(session, request);
    case "ENABLE":
      return enable(session, request.capabilities);
    case "SELECT":
    case "EXAMINE":
      return mailboxes.select(session, request);
    case "CREATE":
      return mailboxes.create(session, request);
    case "DELETE":
      return mailboxes.remove(session, request);
    case "RENAME":
      return mailboxes.rename(session, request);
    case "SUBSCRIBE":
    case "UNSUBSCRIBE":
      return mailboxes.subscribe(session, request);
    case "LIST":
      return list(session, request);
    case "LSUB":
      return lsub(session, request);
    case "NAMESPACE":
      return mailboxes.namespace(session);
    case "STATUS":
      return status(session, request);
    case "APPEND":
      return mailboxes.append(session, request);
    case "IDLE":
      return idle(session);
    case "CLOSE":
    case "UNSELECT":
      return messages.close(session, request);
    case "EXPUNGE":
      return messages.expunge(session, undefined);
    case "SEARCH":
      return messages.search(session, tag, request, false);
    case "FETCH":
      return fetchMessages(session, request, false);
    case "STORE":
      return messages.store(session, request, false);
    case "COPY":
      return messages.copy(session, request, false);
    case "MOVE":
      return messages.move(session, request, false);
    case "UID":
      return dispatchUid(session, tag, request.command);
    default:
      // A command that the grammar knows and this server does not.
      throw new Refusal("BAD", "Unknown command");
  }
}

function dispatchUid(session: Session, tag: string, command: UidCommand): Reply | Promise<Reply> {
  switch (command.name) {
    case "SEARCH":
      return messages.search(session, tag, command, true);
    case "FETCH":
      return fetchMessages(session, command, true);
    case "STORE":
      return messages.store(session, command, true);
    case "COPY":
      return messages.copy(session, command, true);
    case "MOVE":
      return messages.move(session, command, true);
    case "EXPUNGE":
      return messages.expunge(session, command.set);
    default:
      throw new Refusal("BAD", "Unknown command");
  }
}

function enable(session: Session, names: readonly string[]): Reply {
  const enabled: string[] = [];
  if (names.includes("IMAP4REV2") && session.server.offers("IMAP4REV2") && !session.rev2) {
    session.rev2 = true;
    session.output.utf8 = true;
    enabled.push("IMAP4rev2");
  }
  session.send({ type: "ENABLED", capabilities: enabled, other: [] });
  return { status: "OK", text: "ENABLE completed" };
}

/** RFC 9051 6.3.13: news goes out at once, until the client says DONE. */
async function idle(session: Session): Promise<Reply> {
  session.send({ type: "CONTINUATION", text: "idling" });
  await session.output.flush();
  const line = session.stream.readLine();
  const ended = line.then(() => "ended" as const, () => "ended" as const);
  for (;;) {
    const news = new Promise<"news">((resolve) => {
      if (session.view !== undefined) session.view.onChange = () => resolve("news");
      if (session.view?.hasNews) resolve("news");
    });
    if (await Promise.race([ended, news]) === "ended") break;
    session.announce({ expunge: true });
    await session.output.flush();
  }
  if (session.view !== undefined) session.view.onChange = undefined;
  const { kind, bytes } = await line;
  if (kind === "line" && new TextDecoder().decode(bytes).toUpperCase() === "DONE") {
    return { status: "OK", text: "IDLE terminated" };
  }
  return { status: "BAD", text: "Expected DONE" };
}

/** Ignoring an argument would be worse than refusing it: the client would believe that it was heard. */
function refuseExtensions(request: { name: string }): void {
  const known = ARGUMENTS.get(request.name);
  if (known === undefined) return;
  for (const [label, value] of Object.entries(request)) {
    if (label === "name" || known.includes(label) || value === undefined) continue;
    if (!Array.isArray(value) || value.length > 0) {
      throw new Refusal("BAD", "An argument that is not offered");
    }
  }
}

function allowed(name: string, state: State): boolean {
  if (ANY.has(name)) return true;
  if (NONAUTH.has(name)) return state === "nonauth";
  // RFC 9051 6.3.1: no mailbox may be selected yet.
  if (name === "ENABLE") return state === "auth";
  return AUTH.has(name) ? state !== "nonauth" : state === "selected";
}

function done(request: Request): Reply {
  return { status: "OK", text: `${request.name} completed` };
}
