/** What an account and its mailboxes share. */

import { CapabilityError } from "../base/errors.ts";
import { kindOf } from "../base/option_names.ts";
import { listMailboxes, type MailboxInfo, mailboxName } from "./directory.ts";
import { PartReader } from "./message/reader.ts";
import type { Jobs } from "./pool/jobs.ts";
import { allRoles, type MailboxRole, type MailboxTarget } from "./roles.ts";
import { Bells } from "./sync/bells.ts";

/** What an account and its mailboxes share. */
export class Core {
  /** Where work is done. */
  readonly jobs: Jobs;
  /** What messages read their content with. */
  readonly reader: PartReader;
  /** How many connections there may be. */
  readonly connections: number;
  /** How many watches have the right to wait for news with IDLE, each on a connection of its own. */
  idlers = 0;
  /** What wakes the others. */
  readonly bells: Bells = new Bells();
  #list: Promise<MailboxInfo[]> | undefined;

  constructor(jobs: Jobs, connections: number) {
    this.jobs = jobs;
    this.connections = connections;
    this.reader = new PartReader(jobs);
  }

  /** All mailboxes, as the server has them now. */
  async mailboxes(counts: boolean, signal: AbortSignal | undefined): Promise<MailboxInfo[]> {
    const mailboxes = await this.jobs.run({ signal }, async ({ client }) => {
      const list = await listMailboxes(client, counts, signal);
      if (counts) this.bells.asked(client);
      return list;
    });
    this.#list = Promise.resolve(mailboxes);
    return mailboxes;
  }

  /** The list has changed. */
  forgetMailboxes(): void {
    this.#list = undefined;
  }

  /**
   * The name of a mailbox that is given by name or role. The list of mailboxes is asked for once.
   *
   * @throws {CapabilityError} When no mailbox has the role.
   */
  async nameOf(target: MailboxTarget, signal: AbortSignal | undefined): Promise<string> {
    if (typeof target === "string") return mailboxName(target);
    if (typeof target?.role !== "string") {
      throw new TypeError(`a mailbox is given by its name or as { role: "trash" }, not ${kindOf(target)}`);
    }
    const { role } = target;
    const known = await this.#list;
    // One that is not known may have been created since.
    const name = nameOfRole(role, known ?? []) ?? nameOfRole(role, await this.mailboxes(false, signal));
    if (name !== undefined) return name;
    const roles = allRoles();
    const why = roles.includes(role) ? "" : `: roles are ${roles.join(", ")}`;
    throw new CapabilityError(
      `No mailbox of ${this.jobs.account} has the role ${JSON.stringify(role)}${why}`,
    );
  }

  /**
   * Does something with a mailbox that is given by name or role. What it was called may have changed: after a failure the role is looked
   * up again the next time.
   */
  async withTarget<T>(
    target: MailboxTarget,
    signal: AbortSignal | undefined,
    act: (name: string) => Promise<T>,
  ): Promise<T> {
    const name = await this.nameOf(target, signal);
    try {
      return await act(name);
    } catch (error) {
      this.forgetMailboxes();
      throw error;
    }
  }
}

/** Other people's mailboxes, which are shared, have roles as well, and longer names. */
function nameOfRole(role: MailboxRole, list: readonly MailboxInfo[]): string | undefined {
  const levels = ({ name, delimiter }: MailboxInfo) => delimiter === null ? 1 : name.split(delimiter).length;
  const found = list.filter((one) => one.role === role && one.selectable);
  return found.sort((a, b) => levels(a) - levels(b))[0]?.name;
}
