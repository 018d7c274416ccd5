/** The mail that the scripts find. */

import { startServer, type TestServer } from "@postern/postern/testing";

const MESSAGES = [
  "From: Fred <fred@example.org>\nDate: Mon, 16 Nov 2026 09:00:00 +0100\nSubject: lunch\n\nTwelve?\n",
  "From: =?utf-8?q?Zo=C3=AB?= <zoe@example.org>\nDate: Tue, 17 Nov 2026 10:30:00 +0000\n" +
  "Subject: =?utf-8?b?R3LDvMOfZQ==?= from the sea\nContent-Type: text/plain; charset=utf-8\n" +
  "Content-Transfer-Encoding: quoted-printable\n\nSch=C3=B6n hier.\n",
  "From: fred@example.org\nDate: Wed, 18 Nov 2026 23:59:59 -0500\nSubject: the plan\nMIME-Version: 1.0\n" +
  'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nAttached.\n--b\nContent-Type: application/pdf\n' +
  "Content-Disposition: attachment; filename*=utf-8''Pl%C3%A4ne.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0=\n" +
  "--b--\n",
];

/** Starts a server with three messages, the first of them read. */
export function mailboxes(): Promise<TestServer> {
  const INBOX = MESSAGES.map((message, i) => ({
    message,
    flags: i === 0 ? ["\\Seen"] : ["$Work"],
    date: new Date(Date.UTC(2026, 10, 16 + i, 8)),
  }));
  return startServer({ mailboxes: { INBOX, Drafts: [] } });
}
