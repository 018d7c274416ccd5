/** NOTIFY (RFC 5465). */

import type { NotifyRequest, Response, StatusItem } from "../../codec/_gen/types.ts";
import { condition, listLine, plainCode, Refusal, type Reply } from "../protocol/reply.ts";
import { may } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import { type News, Watch } from "../protocol/watch.ts";
import type { StoredMessage } from "../store/message.ts";
import { DELIMITER } from "../store/names.ts";
import { rowOf } from "./fetch.ts";
import { planFetch } from "./fetch_plan.ts";
import { attributesOf } from "./list.ts";
import { sendStatus } from "./status.ts";

const MESSAGE_EVENTS = ["MESSAGENEW", "MESSAGEEXPUNGE", "FLAGCHANGE"];
/** Events of the annotations of messages are those that this server does not have. */
const EVENTS = [
  ...MESSAGE_EVENTS,
  ...["MAILBOXNAME", "SUBSCRIPTIONCHANGE", "MAILBOXMETADATACHANGE", "SERVERMETADATACHANGE"],
];

/** RFC 5465 3. */
export function notify(session: Session, { status, groups }: NotifyRequest): Reply {
  check(session, groups);
  if (groups.length === 0) {
    session.watch(undefined);
    return { status: "OK", text: "NOTIFY completed" };
  }
  const watch = new Watch(session, (mailbox) => may(session, mailbox, "l"), groups);
  if (status) {
    for (const mailbox of session.account.mailboxes.values()) {
      if (!mailbox.selectable || mailbox === session.view?.mailbox || !may(session, mailbox, "r")) continue;
      const events = MESSAGE_EVENTS.filter((event) => watch.wants(mailbox.name, event as "MESSAGENEW"));
      if (events.length > 0) sendStatus(session, mailbox, itemsOf(session, new Set(["STATUS", ...events])));
    }
  }
  const items: string[] = [];
  for (const { events } of groups) {
    for (const event of events ?? []) {
      if (event.event === "MESSAGENEW") items.push(...event.items ?? []);
    }
  }
  const plans = planFetch(items, (capability) => session.offers(capability));
  session.watch(watch, {
    tell: () => tell(session, watch),
    row: plans.length === 0
      ? undefined
      : (seq, message: StoredMessage) => rowOf(session, seq, message, plans),
  });
  return { status: "OK", text: "NOTIFY completed" };
}

function check(session: Session, groups: NotifyRequest["groups"]): void {
  let selected = 0;
  for (const { mailboxes: { filter }, events } of groups) {
    const kinds: string[] = events?.map(({ event }) => event) ?? [];
    if (kinds.some((kind) => !EVENTS.includes(kind))) {
      throw new Refusal("NO", "This event is not offered", { name: "BADEVENT", events: EVENTS });
    }
    // RFC 5465 5: one without the other would leave a client that counts at a loss.
    if (kinds.includes("MESSAGENEW") !== kinds.includes("MESSAGEEXPUNGE")) {
      throw new Refusal("BAD", "MessageNew and MessageExpunge come together");
    }
    if (kinds.includes("FLAGCHANGE") && !kinds.includes("MESSAGENEW")) {
      throw new Refusal("BAD", "FlagChange comes with MessageNew and MessageExpunge");
    }
    if (!filter.startsWith("SELECTED")) continue;
    selected += 1;
    if (selected > 1 || kinds.some((kind) => !MESSAGE_EVENTS.includes(kind))) {
      throw new Refusal("BAD", "SELECTED may come once, and with events of messages only");
    }
  }
  if (groups.length > 0) session.require("NOTIFY");
}

/** Sends the news that has come. */
function tell(session: Session, watch: Watch): void {
  if (watch.overflown) {
    session.send(condition("OK", "Too much has happened", plainCode("NOTIFICATIONOVERFLOW")));
    session.watch(undefined);
    return;
  }
  for (const news of watch.take()) tellOne(session, news);
}

function tellOne(session: Session, news: News): void {
  if ("mailbox" in news) {
    const { mailbox, events } = news;
    // It may have been deleted or closed to this user since.
    if (session.account.get(mailbox.name) !== mailbox || !may(session, mailbox, "r")) return;
    const items = itemsOf(session, events);
    if (items.length > 0) sendStatus(session, mailbox, items);
  } else if (news.kind === "METADATA") {
    const names = [...news.entries];
    session.send({ type: "METADATA", mailbox: news.name, entries: [], names, other: [] });
  } else {
    session.send(nameLine(session, news.name, news.kind === "MAILBOXNAME" ? news.oldName : undefined));
  }
}

function nameLine(session: Session, name: string, oldName: string | undefined): Response {
  const [listed] = session.account.list([name], { subscriptions: true });
  const attributes = listed === undefined
    ? ["\\NonExistent"]
    : attributesOf(session, listed, { subscribed: true });
  return listLine("LIST", name, DELIMITER, attributes, { oldName });
}

/** What STATUS reports for these events (RFC 5465 5.1 to 5.3). */
function itemsOf(session: Session, events: ReadonlySet<string>): StatusItem[] {
  const items: StatusItem[] = [];
  if (events.has("MESSAGENEW") || events.has("MESSAGEEXPUNGE")) items.push("MESSAGES", "UIDNEXT");
  if (events.has("STATUS")) items.push("UIDVALIDITY");
  if (events.has("FLAGCHANGE")) items.push(...events.has("STATUS") ? [] : ["UIDVALIDITY" as const], "UNSEEN");
  if (session.condstore) items.push("HIGHESTMODSEQ");
  return items;
}
