/** From a request to the function that carries it out. */

import { specs } from "../../codec/_gen/specs.ts";
import { type CommandSpec, keepsNumbers } from "../../codec/spec.ts";
import type { Request, UidCommand } from "../_gen/request.ts";
import { deleteAcl, getAcl, listRights, myRights, setAcl } from "../commands/acl.ts";
import { append } from "../commands/append.ts";
import { authenticate } from "../commands/authenticate.ts";
import { capability, logout, noop } from "../commands/capability.ts";
import { close } from "../commands/close.ts";
import { compress, unauthenticate } from "../commands/compress.ts";
import { copy } from "../commands/copy.ts";
import { create } from "../commands/create.ts";
import { deleteMailbox } from "../commands/delete.ts";
import { enable } from "../commands/enable.ts";
import { expunge, uidExpunge } from "../commands/expunge.ts";
import { fetch } from "../commands/fetch.ts";
import { id } from "../commands/id.ts";
import { idle } from "../commands/idle.ts";
import { list } from "../commands/list.ts";
import { login } from "../commands/login.ts";
import { lsub } from "../commands/lsub.ts";
import { getMetadata, setMetadata } from "../commands/metadata.ts";
import { move } from "../commands/move.ts";
import { namespace } from "../commands/namespace.ts";
import { notify } from "../commands/notify.ts";
import { getQuota, getQuotaRoot, setQuota } from "../commands/quota.ts";
import { rename } from "../commands/rename.ts";
import { replace } from "../commands/replace.ts";
import { search, uidRequired } from "../commands/search.ts";
import { select } from "../commands/select.ts";
import { sort, thread } from "../commands/sort.ts";
import { startTls } from "../commands/starttls.ts";
import { status } from "../commands/status.ts";
import { store } from "../commands/store.ts";
import { subscribe } from "../commands/subscribe.ts";
import { StoreError } from "../store/limits.ts";
import type { Capability } from "./capabilities.ts";
import type { Call, Handler } from "./command.ts";
import { plainCode, Refusal, type Reply } from "./reply.ts";
import type { Session } from "./session.ts";

/** The commands of this server; the grammar may know more. */
const HANDLERS: { readonly [Name in Request["name"]]?: Handler<Extract<Request, { name: Name }>> } = {
  CAPABILITY: capability,
  NOOP: noop,
  CHECK: noop,
  LOGOUT: logout,
  ID: id,
  STARTTLS: startTls,
  LOGIN: login,
  AUTHENTICATE: authenticate,
  ENABLE: enable,
  SELECT: select,
  EXAMINE: select,
  CREATE: create,
  DELETE: deleteMailbox,
  RENAME: rename,
  SUBSCRIBE: subscribe,
  UNSUBSCRIBE: subscribe,
  LIST: list,
  LSUB: lsub,
  NAMESPACE: namespace,
  STATUS: status,
  APPEND: append,
  IDLE: idle,
  CLOSE: close,
  UNSELECT: close,
  EXPUNGE: expunge,
  SEARCH: search,
  FETCH: fetch,
  STORE: store,
  COPY: copy,
  MOVE: move,
  SORT: sort,
  THREAD: thread,
  GETQUOTA: getQuota,
  GETQUOTAROOT: getQuotaRoot,
  SETQUOTA: setQuota,
  GETMETADATA: getMetadata,
  SETMETADATA: setMetadata,
  REPLACE: replace,
  GETACL: getAcl,
  SETACL: setAcl,
  DELETEACL: deleteAcl,
  LISTRIGHTS: listRights,
  MYRIGHTS: myRights,
  NOTIFY: notify,
  COMPRESS: compress,
  UNAUTHENTICATE: unauthenticate,
};

/** The commands that come after UID. */
const UID_HANDLERS: { readonly [Name in UidCommand["name"]]?: Handler<Extract<UidCommand, { name: Name }>> } =
  {
    SEARCH: search,
    FETCH: fetch,
    STORE: store,
    COPY: copy,
    MOVE: move,
    REPLACE: replace,
    SORT: sort,
    THREAD: thread,
    EXPUNGE: uidExpunge,
  };

/** Capabilities that bring arguments to commands, and that the commands here act on. */
const HEARD: ReadonlySet<string> = new Set<Capability>([
  ...["CREATE-SPECIAL-USE", "CONDSTORE", "QRESYNC", "PARTIAL"] as const,
  ...["IMAP4REV2", "ESEARCH", "ESORT", "LIST-EXTENDED", "LIST-STATUS", "LIST-METADATA"] as const,
  ...["MULTIAPPEND", "CATENATE", "X-GM-EXT-1"] as const,
]);

/** Whether a command, `UID FETCH` in two words, exists on this server. */
export function isKnown(name: string, session: Session): boolean {
  if (name === "UID") return true;
  if (name.startsWith("UID ") ? !(name.slice(4) in UID_HANDLERS) : !(name in HANDLERS)) return false;
  // A capability for each algorithm, and none for the command itself (RFC 5256 1).
  if (/^(?:UID )?THREAD$/.test(name)) return session.server.offersSome("THREAD=");
  const needs = specs.get(name)?.needs ?? [];
  return needs.length === 0 || needs.some((need) => offers(session, need));
}

/** The table of commands names capabilities that this server does not have, too: those are not offered. */
function offers(session: Session, capability: string): boolean {
  return session.offers(capability as Capability);
}

/** Whether EXPUNGE may come before the command's tagged answer (RFC 9051 7.5.1). */
export function mayRenumber(name: string): boolean {
  const spec = specs.get(name);
  return spec === undefined || !keepsNumbers(spec);
}

/** Runs a command; whatever goes wrong becomes an answer. */
export async function execute(session: Session, name: string, tag: string, request: Request): Promise<Reply> {
  try {
    if (!isKnown(name, session)) throw new Refusal("BAD", `Unknown command ${name}`);
    if (session.uidOnly && name !== "EXPUNGE" && name in UID_HANDLERS) throw uidRequired();
    const spec = specs.get(name);
    if (spec !== undefined) {
      refuseExtensions(session, spec, request.name === "UID" ? request.command : request);
    }
    if (!spec?.states.includes(session.state)) {
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
  return request.name === "UID"
    ? run(UID_HANDLERS[request.command.name], session, request.command, { tag, uid: true })
    : run(HANDLERS[request.name], session, request, { tag, uid: false });
}

/** The tables give each handler the request of its own name, which the compiler cannot follow through an index. */
function run(handler: unknown, session: Session, request: unknown, call: Call): Reply | Promise<Reply> {
  return (handler as Handler<unknown>)(session, request, call);
}

/** Ignoring an argument would be worse than refusing it: the client would believe that it was heard. */
function refuseExtensions(session: Session, { name, args, needs: own }: CommandSpec, request: object): void {
  const given = request as Readonly<Record<string, unknown>>;
  for (const { name: label, needs } of args) {
    if (
      needs === undefined ||
      needs.some((one) => (HEARD.has(one) || own.includes(one)) && offers(session, one))
    ) continue;
    const value = given[label];
    if (Array.isArray(value) ? value.length > 0 : value !== undefined) {
      throw new Refusal("BAD", `${name} has no argument ${label} here`);
    }
  }
}
