import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { execPath } from "node:process";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { fixturePath } from "../support/fixtures.ts";
import { runtime } from "../support/runtime.ts";
import { testWith } from "../support/skip.ts";
import type { RealServer } from "./private_server.ts";
import { realServers } from "./real_servers.ts";
import { greeting } from "./socket.ts";

for (const { name, need, start } of realServers) {
  testWith(
    need,
    `${name} greets on both listeners, with a certificate its authority vouches for`,
    async () => {
      const server = await start();
      try {
        const { host, port, tlsPort, caPem } = server;
        const plain = await greeting({ host, port });
        assert(plain.startsWith("* OK [CAPABILITY IMAP4rev1 "), plain);
        assert(plain.includes("STARTTLS"), plain);
        const inTls = await greeting({ host, port: tlsPort, ca: caPem });
        assert(inTls.startsWith("* OK [CAPABILITY IMAP4rev1 "), inTls);
        assert(!inTls.includes("STARTTLS"), inTls);
        assertEquals(server.users[0], { user: "alice", pass: "alice-pw" });
        assert(existsSync(server.dir));
      } finally {
        await server.stop();
      }
      await assertRejects(() => greeting({ host: server.host, port: server.port }));
      assert(!existsSync(server.dir));
    },
  );

  testWith(need, `${name} that requires TLS offers no login before it`, async () => {
    const server = await start({ requireTls: true });
    try {
      const plain = await greeting({ host: server.host, port: server.port });
      assert(plain.includes(" LOGINDISABLED"), plain);
      assert(!plain.includes("AUTH=PLAIN"), plain);
    } finally {
      await server.stop();
    }
  });

  testWith(
    need,
    `${name} ends with the process that started it, even when that one is killed`,
    async () => {
      const run = runtime === "deno" ? ["run", "-A", "--no-check"] : [];
      const main = fixturePath(`servers/main.${runtime === "node" ? "js" : "ts"}`);
      const child = spawn(execPath, [...run, main, name.toLowerCase()], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const line = await new Promise<string>((resolve, reject) => {
        child.stdout.once("data", (chunk) => resolve(String(chunk)));
        child.once("exit", () => reject(new Error("the starter ended")));
      });
      const { host, port, dir } = JSON.parse(line) as RealServer;
      await greeting({ host, port });
      child.kill("SIGKILL");
      for (let waited = 0; existsSync(dir) && waited < 10_000; waited += 50) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert(!existsSync(dir));
      await assertRejects(() => greeting({ host, port }));
    },
  );
}
