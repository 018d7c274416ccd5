// The server of the jobs, in a process of its own: prints its port, ends with its input.

import { generateMessages, startServer } from "../../../imap/testing/mod.ts";

const content = btoa(String.fromCharCode(...new Uint8Array(57).map((_, i) => i * 37 % 251)));
const lines = Math.ceil(10 * 1024 * 1024 / 57);
const big = [
  "From: zoe@example.org",
  "Subject: Big",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "--b",
  "",
  "See the file.",
  "--b",
  'Content-Type: application/octet-stream; name="big.bin"',
  'Content-Disposition: attachment; filename="big.bin"',
  "Content-Transfer-Encoding: base64",
  "",
  `${content}\r\n`.repeat(lines) + "--b--",
  "",
].join("\r\n");
await using server = await startServer({
  mailboxes: { INBOX: generateMessages({ count: 2000 }), Big: [big] },
  without: Deno.args,
  rev2: !Deno.args.includes("BINARY"),
});
console.log((await server.listen()).port);
await Deno.stdin.read(new Uint8Array(1));
