/** Which mailboxes there are, and what they are for. RFC 9051 6.3.9, RFC 5819, RFC 6154. */

import { kindOf } from "../base/option_names.ts";
import { shown } from "../base/shown.ts";
import type { ImapClient } from "../client/client.ts";
import type { ListResponse, StatusItem } from "../codec/_gen/types.ts";
import { addRolesByName, type MailboxRole, roleOfAttributes } from "./roles.ts";

/** A mailbox in the list of an account. */
export interface MailboxInfo {
  /** Its name, all levels, as it is used everywhere here. */
  name: string;
  /** What separates the levels of its name; null where there are no levels. */
  delimiter: string | null;
  /** What it is for; undefined when it is for nothing in particular. */
  role: MailboxRole | undefined;
  /** Who says so: the server, or its name, which is a guess. */
  roleSource: "server" | "name" | undefined;
  /** Whether it can be opened. Others only hold further levels. */
  selectable: boolean;
  /** Whether the user has subscribed to it; undefined where the server was not able to say. */
  subscribed: boolean | undefined;
  /** Attributes as the server sent them. */
  attributes: readonly string[];
  /** How many messages it has, with `counts`. */
  messages: number | undefined;
  /** How many of them are not read, with `counts`. */
  unseen: number | undefined;
  /** Octets of all its messages, with `counts`, where the server can say it. */
  size: number | undefined;
}

/** Lists all mailboxes of an account. */
export async function listMailboxes(
  client: ImapClient,
  counts: boolean,
  signal: AbortSignal | undefined,
): Promise<MailboxInfo[]> {
  const has = (name: string) => client.capabilities?.has(name) === true;
  const rev2 = client.enabled.has("IMAP4REV2");
  const extended = rev2 || has("LIST-EXTENDED");
  const items: StatusItem[] = [
    "MESSAGES",
    "UNSEEN",
    ...(rev2 || has("STATUS=SIZE") ? ["SIZE" as const] : []),
  ];
  const asksStatus = counts && (rev2 || has("LIST-STATUS"));
  const returns: ("SUBSCRIBED" | "SPECIAL-USE")[] = extended ? ["SUBSCRIBED"] : [];
  if (extended && (rev2 || has("SPECIAL-USE"))) returns.push("SPECIAL-USE");
  const answer = await client.list("", "*", {
    signal,
    ...(returns.length > 0 ? { returns } : {}),
    ...(asksStatus ? { status: items } : {}),
  });
  const mailboxes = infosOf(answer.mailboxes);
  const status = new Map(answer.status.map((one) => [inboxOr(one.mailbox), one]));
  if (counts && !asksStatus) {
    const asked = mailboxes.filter(({ selectable }) => selectable).map(({ name }) =>
      client.status(name, items, { signal }).then(
        (one) => status.set(name, { type: "STATUS", ...one }),
        () => {},
      )
    );
    await Promise.all(asked);
  }
  if (!extended) await addSubscriptions(client, mailboxes, signal);
  for (const mailbox of mailboxes) {
    const numbers = status.get(mailbox.name);
    mailbox.messages = numbers?.messages;
    mailbox.unseen = numbers?.unseen;
    mailbox.size = numbers?.size;
  }
  addRolesByName(mailboxes.filter(({ selectable }) => selectable));
  return mailboxes;
}

async function addSubscriptions(
  client: ImapClient,
  mailboxes: MailboxInfo[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const names = await client.lsub("", "*", { signal }).then(
    (answer) => new Set(answer.mailboxes.map(({ mailbox }) => mailbox)),
    () => undefined,
  );
  if (names === undefined) return;
  for (const mailbox of mailboxes) mailbox.subscribed = names.has(mailbox.name);
}

/** Each mailbox once, whatever comes twice; INBOX, which is there always and which some servers leave out, at least at the end. */
function infosOf(listed: readonly ListResponse[]): MailboxInfo[] {
  const byName = new Map<string, { delimiter: string | null; attributes: readonly string[] }>();
  for (const { mailbox, delimiter, attributes } of listed) {
    const name = inboxOr(mailbox);
    if (name === "") continue;
    const before = byName.get(name);
    byName.set(name, { delimiter, attributes: [...new Set([...before?.attributes ?? [], ...attributes])] });
  }
  if (!byName.has("INBOX")) byName.set("INBOX", { delimiter: listed[0]?.delimiter ?? null, attributes: [] });
  return [...byName].map(([name, { delimiter, attributes }]) => infoOf(name, delimiter, attributes));
}

function infoOf(name: string, delimiter: string | null, attributes: readonly string[]): MailboxInfo {
  const has = (attribute: string) => attributes.some((one) => one.toLowerCase() === attribute);
  const role = name === "INBOX" ? "inbox" : roleOfAttributes(attributes);
  return shown({
    name,
    delimiter,
    role,
    roleSource: role === undefined ? undefined : "server",
    selectable: !has("\\noselect") && !has("\\nonexistent"),
    subscribed: has("\\subscribed"),
    attributes,
    messages: undefined,
    unseen: undefined,
    size: undefined,
  });
}

/** INBOX in its one spelling (RFC 9051 5.1); every other name as it is. */
export function mailboxName(name: string): string {
  if (typeof name === "string" && name !== "") return inboxOr(name);
  const kind = name === "" ? "an empty text" : kindOf(name);
  throw new TypeError(`a mailbox is given by its name, not ${kind}; mailboxFor() finds one by its role`);
}

function inboxOr(name: string): string {
  return name.toUpperCase() === "INBOX" ? "INBOX" : name;
}
