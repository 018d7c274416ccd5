/**
 * Starts a Dovecot or a Cyrus and says where it is, until the process ends: for trying things by hand
 * (`deno run -A tests/servers/main.ts cyrus`), and for the test that ends it the hard way.
 */

import { argv } from "node:process";
import { realServers } from "./real_servers.ts";

const word = argv[2] ?? "dovecot";
const kind = realServers.find(({ name }) => name.toLowerCase() === word);
if (kind === undefined) throw new Error(`there is no ${word}`);
const { host, port, tlsPort, dir, users } = await kind.start();
console.log(JSON.stringify({ host, port, tlsPort, dir, users }));
