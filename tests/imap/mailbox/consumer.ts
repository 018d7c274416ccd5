/** A consumer of changes that keeps what it was told in a database with transactions, and finds out when it was told wrongly. */

import type { Change, Cursor } from "../../../imap/mailbox/mod.ts";
import type { TestServer } from "../../../imap/testing/mod.ts";

/** Flags by UID; null where only the message is known. */
type Mirror = Map<number, string | null>;

/** A consumer. */
export class Consumer {
  /** What was committed last. */
  cursor: Cursor | undefined;
  mirror: Mirror = new Map();
  resets = 0;
  news = 0;
  #open: Mirror = new Map();
  #uidValidity = 0;

  /** Begins a transaction: what was not committed is forgotten. */
  begin(): void {
    this.#open = new Map(this.mirror);
    this.#uidValidity = this.cursor?.uidValidity ?? 0;
  }

  /** Takes a change; commits at a checkpoint. */
  take(change: Change): void {
    const open = this.#open;
    if ("uidValidity" in change && change.type !== "reset" && this.cursor !== undefined) {
      if (change.uidValidity !== this.#uidValidity) {
        throw new Error("a change of another UIDVALIDITY, without a reset");
      }
    }
    switch (change.type) {
      case "new":
        if (open.has(change.message.uid)) throw new Error(`UID ${change.message.uid} was told twice`);
        open.set(change.message.uid, shown(change.message.flags));
        this.news++;
        break;
      case "flags":
        if (!open.has(change.uid)) throw new Error(`flags of UID ${change.uid}, which nobody told of`);
        open.set(change.uid, shown(change.flags));
        break;
      case "gone":
        for (const uid of [...open.keys()]) if (change.uids.contains(uid)) open.delete(uid);
        break;
      case "reset":
        this.resets++;
        this.#uidValidity = change.uidValidity;
        open.clear();
        for (const uid of change.uids) open.set(uid, null);
        break;
      case "checkpoint":
        this.mirror = new Map(open);
        // What a program stores.
        this.cursor = JSON.parse(JSON.stringify(change.cursor));
        this.#uidValidity = change.cursor.uidValidity;
    }
  }

  /** What differs from the server's mailbox; empty when nothing does. */
  differences(server: TestServer, mailbox = "INBOX", flags = true): string[] {
    return this.differencesTo(server.mailbox(mailbox).messages, flags);
  }

  /** What differs from what a mailbox holds. */
  differencesTo(messages: readonly { uid: number; flags: readonly string[] }[], flags = true): string[] {
    const there = new Map(messages.map(({ uid, flags }) => [uid, shown(flags)]));
    const found: string[] = [];
    for (const uid of there.keys()) if (!this.mirror.has(uid)) found.push(`lost ${uid}`);
    for (const [uid, known] of this.mirror) {
      if (!there.has(uid)) found.push(`not gone ${uid}`);
      else if (flags && known !== null && known !== there.get(uid)) {
        found.push(`flags of ${uid}: ${known} and not ${there.get(uid)}`);
      }
    }
    return found;
  }
}

function shown(flags: readonly string[]): string {
  return flags.filter((flag) => flag !== "\\Recent").map((flag) => flag.toLowerCase()).sort().join(" ");
}
