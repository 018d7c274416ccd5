/**
 * Starts a Dovecot and says where it is, until the process ends: for trying things by hand
 * (`deno run -A tests/servers/dovecot_main.ts`), and for the test that ends it the hard way.
 */

import { startDovecot } from "./dovecot.ts";

const { host, port, tlsPort, dir, users } = await startDovecot();
console.log(JSON.stringify({ host, port, tlsPort, dir, users }));
