/** Adding messages. RFC 9051 6.3.12, RFC 8508. */

import { writeMail } from "../../../email/content/write_mail.ts";
import type { MessageInput } from "../../../email/content/model.ts";
import type { AppendResult } from "../../client/_gen/commands.ts";
import { messageId, readMessageId } from "../message_id.ts";
import { appendSpec, replaceSpec } from "../../codec/_gen/specs.ts";
import { uidForm } from "../../codec/command_row.ts";
import type { Jobs } from "../pool/jobs.ts";

/** How a message is added. */
export interface AddOptions {
  /** Flags it gets. */
  flags?: readonly string[] | undefined;
  /** When it was received; now when left out. */
  date?: Date | undefined;
  /** Gives up; when the message is on its way, that costs the connection. */
  signal?: AbortSignal | undefined;
}

/** A message that was added. */
export interface Added {
  /** The mailbox it is in. */
  mailbox: string;
  /** Its identifier; undefined where the server does not say it (UIDPLUS, RFC 4315). */
  id: string | undefined;
}

/** Adds a message to a mailbox. */
export async function appendMessage(
  jobs: Jobs,
  mailbox: string,
  message: MessageInput | string,
  { flags, date, signal }: AddOptions,
): Promise<Added> {
  const octets = writeMail(typeof message === "string" ? new TextEncoder().encode(message) : message, {
    keepBcc: true,
  });
  return added(
    mailbox,
    await jobs.command(
      { about: mailbox, signal },
      appendSpec,
      ({ client }) => client.append(mailbox, octets, { flags, date, signal }),
    ),
  );
}

/** Puts a message in the place of another one of the same mailbox, in one step; undefined where the server cannot. */
export async function replaceMessage(
  jobs: Jobs,
  replaces: string,
  message: MessageInput,
  { flags, date, signal }: AddOptions,
): Promise<Added | undefined> {
  const { mailbox, uid, uidValidity } = readMessageId(replaces);
  const octets = writeMail(message, { keepBcc: true });
  const want = { mailbox, write: true, signal };
  return await jobs.command(want, uidForm(replaceSpec), async ({ client, selection }) => {
    if (!client.capabilities?.has("REPLACE") || selection.uidValidity !== uidValidity) return undefined;
    return added(mailbox, await client.uidReplace(uid, mailbox, octets, { flags, date, signal }));
  });
}

function added(mailbox: string, { uidValidity, uids }: AppendResult): Added {
  const uid = uids?.isEmpty === false ? uids.ranges[0]![0] : undefined;
  return {
    mailbox,
    id: uidValidity === undefined || uid === undefined ? undefined : messageId({ mailbox, uidValidity, uid }),
  };
}
