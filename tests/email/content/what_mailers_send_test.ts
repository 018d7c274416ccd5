/**
 * What mailers, gateways, lists, phones and calendars send, and what people should see of it: a row of
 * data/what_mailers_send.json has the octets, each as a character, and the answer that was written down first.
 */

import { test } from "node:test";
import { readFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import {
  addressesOf,
  datesOf,
  deliveryStatus,
  type Mail,
  messageIdsOf,
  messagesFromMbox,
  readMail,
  reply,
  unflow,
} from "../../../email/mod.ts";

interface Row {
  kind: string;
  source: string;
  ask: string;
  input: string;
  field?: string;
  options?: Record<string, unknown>;
  want: unknown;
}

const rows: Row[] = JSON.parse(
  readFileSync(new URL("./data/what_mailers_send.json", import.meta.url), "utf8"),
);
const octets = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** Of a mail what the row has. */
const SEEN: Record<string, (mail: Mail) => unknown> = {
  text: (mail) => mail.text,
  html: (mail) => mail.html,
  subject: (mail) => mail.subject,
  types: (mail) => mail.attachments.map((file) => file.contentType),
  names: (mail) => mail.attachments.map((file) => file.fileName),
  subjects: (mail) => mail.attachments.map((file) => file.mail()?.subject),
  contentIds: (mail) => mail.attachments.map((file) => file.contentId),
  descriptions: (mail) => mail.attachments.map((file) => file.description),
};

const ASKS: Record<string, (row: Row) => unknown> = {
  to: ({ input }) =>
    addressesOf(octets(input), "to").map(({ name, address, group }) =>
      group === undefined ? [name, address] : [name, address, group]
    ),
  date({ input }) {
    const [read] = datesOf(octets(input), "date");
    return read ? [read.date.toISOString().replace(".000", ""), read.offset] : null;
  },
  subject: ({ input }) => readMail(octets(input)).subject,
  names: ({ input }) => SEEN.names!(readMail(octets(input))),
  ids: ({ input, field }) => messageIdsOf(octets(input), field!),
  list: ({ input }) => JSON.parse(JSON.stringify(readMail(octets(input)).listHeaders)),
  reply: ({ input }) => readMail(reply(octets(input), { from: "me@x.example", text: "ok" })).subject,
  unflow: ({ input, options }) => unflow(input, options),
  recipients: ({ input }) =>
    deliveryStatus(octets(input))?.recipients.map((one) => [
      one.address,
      one.action,
      one.status,
      one.permanent,
      one.diagnostic,
    ]),
  async mbox({ input, options }) {
    const found = [];
    for await (const mail of messagesFromMbox(new Blob([octets(input)]).stream(), options)) {
      found.push([mail.subject, mail.text]);
    }
    return found;
  },
  mail({ input, want }) {
    const mail = readMail(octets(input));
    return Object.fromEntries(Object.keys(want as object).map((name) => [name, SEEN[name]!(mail)]));
  },
};

/** As JSON has it: null for what there is not. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null, (_, each) => each === undefined ? null : each));
}

for (const ask of Object.keys(ASKS)) {
  const asked = rows.filter((row) => row.ask === ask);
  test(`${asked.length} rows, ${ask}`, async () => {
    assert(asked.length > 0);
    for (const row of asked) {
      assertEquals(
        plain(await ASKS[ask]!(row)),
        plain(row.want),
        `${row.kind} (${row.source}): ${row.input}`,
      );
    }
  });
}
