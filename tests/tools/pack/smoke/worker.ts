// The program as a worker; `workerd test` calls it.

import { type Ask, checksFor } from "./checks.js";

export default {
  async test(_controller: unknown, env: { ASK: string }): Promise<void> {
    let failed = 0;
    for (const [name, check] of Object.entries(checksFor(JSON.parse(env.ASK) as Ask))) {
      try {
        await check();
        console.log(`ok ${name}`);
      } catch (error) {
        failed++;
        console.log(`FAILED ${name}: ${error instanceof Error ? error.stack : String(error)}`);
      }
    }
    if (failed > 0) throw new Error(`${failed} checks failed`);
  },
};
