// The program as a process: Deno, Bun and Node.js.

import { type Ask, checksFor } from "./checks.js";

declare const process: { argv: string[]; exit(code: number): void };

let failed = 0;
for (const [name, check] of Object.entries(checksFor(JSON.parse(process.argv[2]!) as Ask))) {
  try {
    await check();
    console.log(`ok ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}: ${error instanceof Error ? error.stack : String(error)}`);
  }
}
process.exit(failed);
