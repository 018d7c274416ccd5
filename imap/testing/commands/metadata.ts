/** GETMETADATA and SETMETADATA (RFC 5464). */

import type { MetadataEntry } from "../../codec/_gen/types.ts";
import type { GetMetadataRequest, SetMetadataRequest } from "../_gen/request.ts";
import { plainCode, Refusal, type Reply } from "../protocol/reply.ts";
import { demand } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import { type Annotations, isEntryName, LONGEST_VALUE } from "../store/annotations.ts";
import type { Mailbox } from "../store/mailbox.ts";

const DEPTHS = new Map([["0", 0], ["1", 1], ["INFINITY", Infinity]]);

/** RFC 5464 4.2. An entry that was asked for by name and has no value is NIL. */
export function getMetadata(session: Session, request: GetMetadataRequest): Reply {
  const { annotations, name } = target(session, request.mailbox);
  const user = session.user!.name;
  const depth = DEPTHS.get(request.depth ?? "0");
  if (depth === undefined) throw new Refusal("BAD", "DEPTH is 0, 1 or infinity");
  const entries: MetadataEntry[] = [];
  let longest = 0;
  const add = (entry: string, value: Uint8Array | undefined, always: boolean) => {
    const length = value?.length ?? 0;
    if (request.maxSize !== undefined && length > request.maxSize) longest = Math.max(longest, length);
    else if (value !== undefined || always) entries.push({ name: entry, value: value ?? null });
  };
  for (const entry of request.entries) {
    checkEntryName(entry);
    add(entry, annotations.get(user, entry), depth === 0);
    for (const below of annotations.below(user, entry, depth)) {
      add(below, annotations.get(user, below), false);
    }
  }
  if (entries.length > 0) session.send({ type: "METADATA", mailbox: name, entries, names: [], other: [] });
  const code = longest > 0 ? metadataCode({ longEntries: longest }) : undefined;
  return { status: "OK", code, text: "GETMETADATA completed" };
}

/** `* METADATA` as a part of LIST (RFC 9590): one response, with NIL for what has no value. */
export function sendMetadata(session: Session, mailbox: Mailbox, names: readonly string[]): void {
  for (const name of names) checkEntryName(name);
  const user = session.user!.name;
  const entries = names.map((name) => ({ name, value: mailbox.annotations.get(user, name) ?? null }));
  session.send({ type: "METADATA", mailbox: mailbox.name, entries, names: [], other: [] });
}

/** RFC 5464 4.3. All entries are set, or none. */
export function setMetadata(session: Session, request: SetMetadataRequest): Reply {
  const { annotations, mailbox } = target(session, request.mailbox);
  for (const { name, value } of request.entries) {
    checkEntryName(name);
    // RFC 5464 section 3.
    if (mailbox !== undefined && /^\/shared/i.test(name)) demand(session, mailbox, "w");
    if (value !== null && value.length > LONGEST_VALUE) {
      throw new Refusal("NO", "The value is too long", metadataCode({ maxSize: LONGEST_VALUE }));
    }
  }
  for (const { name, value } of request.entries) {
    if (!annotations.set(session.user!.name, name, value)) {
      throw new Refusal("NO", "Too many entries", metadataCode({ tooMany: true }));
    }
  }
  session.account.tell({
    kind: "METADATA",
    name: mailbox?.name ?? "",
    entries: request.entries.map(({ name }) => name),
  });
  // RFC 7162 3.2: so that a client sees that something changed.
  mailbox?.touch();
  return { status: "OK", text: "SETMETADATA completed" };
}

/** RFC 5464 3.2: a name that no entry can have is BAD in every command. */
function checkEntryName(name: string): void {
  if (!isEntryName(name)) throw new Refusal("BAD", `No entry can be called ${name.slice(0, 80)}`);
}

/** What the name means: a mailbox, or the server where it is empty. */
function target(
  session: Session,
  name: string,
): { annotations: Annotations; name: string; mailbox?: Mailbox } {
  if (name === "") return { annotations: session.account.annotations, name };
  session.require("METADATA");
  const mailbox = session.account.get(name);
  if (mailbox === undefined) throw new Refusal("NO", "No such mailbox", plainCode("NONEXISTENT"));
  demand(session, mailbox, "lr");
  return { annotations: mailbox.annotations, name: mailbox.name, mailbox };
}

function metadataCode(
  values: { longEntries?: number; maxSize?: number; tooMany?: true },
): Extract<Reply["code"], { name: "METADATA" }> {
  return {
    name: "METADATA",
    longEntries: undefined,
    maxSize: undefined,
    tooMany: undefined,
    noPrivate: undefined,
    ...values,
  };
}
