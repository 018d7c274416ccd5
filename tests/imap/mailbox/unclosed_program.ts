/** A program that does not close its account: what it is told to do, and then nothing more. */

import { argv } from "node:process";
import { openAccount } from "../../../imap/mailbox/mod.ts";

const [, , job, port, ca] = argv;
const turns = () => new Promise((resolve) => setTimeout(resolve, 50));
const account = await openAccount({
  host: "localhost",
  port: Number(port),
  tls: ca === undefined ? "plaintext" : "implicit",
  caCerts: ca === undefined ? [] : [ca],
  auth: { user: "alice", pass: "alice-pw" },
});
const inbox = account.mailbox("INBOX");
for await (const message of inbox.messages()) console.log(message.subject);
// Nobody uses the connection meanwhile, and then somebody does.
await turns();
switch (job) {
  case "call":
    console.log((await inbox.counts()).messages);
    break;
  case "watch":
    for await (const change of inbox.watch({ from: "now" })) {
      if (change.type === "checkpoint") console.log("watching");
      if (change.type === "new") break;
    }
    console.log("new");
    break;
  case "close":
    await account.close();
    console.log("closed");
    break;
}
