/** Carries out the changes that come from outside of a session. */

import { checkFields } from "../codec/arguments.ts";
import { type Change, changeFields, type WhichMessages } from "./change.ts";
import type { Occasion, Settings } from "./protocol/settings.ts";
import type { Seeder } from "./seed/seeder.ts";
import type { ServerCore } from "./server.ts";
import type { Account } from "./store/account.ts";
import type { Mailbox } from "./store/mailbox.ts";
import type { StoredMessage } from "./store/message.ts";

/** Carries out changes. */
export class Changer {
  readonly #core: ServerCore;
  readonly #settings: Settings;
  readonly #seeder: Seeder;
  readonly #accounts: ReadonlyMap<string, Account>;

  constructor(core: ServerCore, settings: Settings, seeder: Seeder, accounts: ReadonlyMap<string, Account>) {
    this.#core = core;
    this.#settings = settings;
    this.#seeder = seeder;
    this.#accounts = accounts;
  }

  /** The mailboxes of a user; of the first one where no name is given. */
  account(user?: string): Account {
    const account = user === undefined ? this.#accounts.values().next().value : this.#accounts.get(user);
    if (account === undefined) throw new Error(`No such user: ${user}`);
    return account;
  }

  /** Makes a change. */
  make(change: Change, occasion?: Occasion): void {
    checkFields("the change", change, changeFields);
    const account = change.user === undefined && occasion?.user !== undefined
      ? occasion.user.account
      : this.account(change.user);
    const name = change.mailbox ?? occasion?.mailbox?.name ?? "INBOX";
    if (change.create && account.get(name) === undefined) account.create(name);
    const mailbox = account.get(name);
    if (mailbox !== undefined) this.#changeMailbox(change, account, mailbox);
    if (change.capabilities !== undefined) this.#settings.flip(change.capabilities);
    if (change.expireTokens !== undefined) this.#expireTokens(change.expireTokens);
    if (change.restart !== undefined) this.#restart(change.restart);
  }

  /** Gives a mailbox another UIDVALIDITY; what sessions know of it does not hold any longer. */
  renumber(mailbox: Mailbox, uidValidity: number): void {
    this.#core.hangUp("The mailbox was rebuilt", (session) => session.view?.mailbox === mailbox);
    mailbox.renumber(uidValidity);
  }

  #changeMailbox(change: Change, account: Account, mailbox: Mailbox): void {
    for (const message of change.deliver ?? []) this.#seeder.message(account, mailbox, message);
    if (change.setFlags !== undefined) {
      const { messages, flags } = change.setFlags;
      for (const message of chosen(mailbox, messages)) mailbox.storeFlags(message, "set", flags);
    }
    if (change.expunge !== undefined) mailbox.expunge(chosen(mailbox, change.expunge));
    if (change.rename !== undefined && account.get(change.rename) === undefined) {
      account.rename(mailbox.name, change.rename);
    }
    if (change.delete) {
      this.#core.hangUp("The mailbox was deleted", (session) => session.view?.mailbox === mailbox);
      account.delete(mailbox.name);
    }
    const { uidValidity, modSeqBack } = change;
    if (uidValidity !== undefined) {
      this.renumber(mailbox, uidValidity === "next" ? mailbox.uidValidity + 1 : uidValidity);
    }
    if (modSeqBack !== undefined) mailbox.setBack(BigInt(modSeqBack));
  }

  #expireTokens(how: true | { bye: string }): void {
    for (const user of this.#settings.users.values()) {
      for (const token of user.tokens.keys()) user.tokens.set(token, -Infinity);
    }
    if (how !== true) this.#core.hangUp(how.bye, (session) => session.byToken);
  }

  #restart({ bye, uidValidities }: NonNullable<Change["restart"]>): void {
    this.#core.hangUp(bye, () => true);
    if (!uidValidities) return;
    for (const account of new Set(this.#accounts.values())) {
      for (const mailbox of account.mailboxes.values()) mailbox.renumber(mailbox.uidValidity + 1);
    }
  }
}

function chosen(mailbox: Mailbox, which: WhichMessages): StoredMessage[] {
  const { messages } = mailbox;
  if (which === "all") return messages.slice();
  if ("oldest" in which) return messages.slice(0, which.oldest);
  if ("newest" in which) return messages.slice(Math.max(0, messages.length - which.newest));
  return which.map((uid) => mailbox.find(uid)).filter((message) => message !== undefined);
}
