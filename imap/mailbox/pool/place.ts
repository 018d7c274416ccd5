/** Where something failed: a program that watches several mailboxes of several accounts has one log. */

import { ImapError } from "../../base/errors.ts";

/**
 * Says in an error which account it is about, and which mailbox.
 *
 * @param error What a call ends with; it is changed.
 * @param account Who, and at which server.
 * @param mailbox The mailbox that was wanted.
 * @param to Where its messages were to go.
 * @returns The error.
 */
export function placed(error: unknown, account: string, mailbox?: string, to?: string): unknown {
  if (!(error instanceof ImapError) || error.account !== undefined) return error;
  error.account = account;
  let where = account;
  // What ends a connection ends calls about other mailboxes, too, with the same error. Only what failed in a command is of one mailbox.
  if (mailbox !== undefined && error.command !== undefined) {
    error.mailbox = mailbox;
    const names = [mailbox, ...(to === undefined ? [] : [to])].map((name) => JSON.stringify(name));
    where = `mailbox ${names.join(" to ")} of ${account}`;
  }
  const { message, stack } = error;
  error.message = `${message} (${where})`;
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
  return error;
}
