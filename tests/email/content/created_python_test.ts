/** The Python of this machine reads what createMail builds now. */

import { spawnSync } from "node:child_process";
import { assertEquals } from "@std/assert";
import { fixturePath } from "../../support/fixtures.ts";
import { testWith } from "../../support/skip.ts";
import { type Answer, built, CREATED, given } from "./created.ts";
import { latin1 } from "./wire.ts";

const version = spawnSync("python3", ["-c", "import sys; print(sys.version_info >= (3, 6))"], {
  encoding: "utf-8",
});

testWith(
  {
    name: "reading built mail with Python",
    enable: "install with: apt-get install -y python3",
    available: version.stdout?.trim() === "True",
  },
  "Python reads what is built",
  () => {
    const input = JSON.stringify(CREATED.map(({ options }) => btoa(latin1(built(options)))));
    const script = fixturePath("email/content/read_created.py");
    const { stdout, stderr } = spawnSync("python3", [script], {
      input,
      encoding: "utf-8",
      maxBuffer: 1 << 26,
    });
    assertEquals(stderr, "");
    const answers = JSON.parse(stdout) as (Answer & { older?: Partial<Answer> })[];
    assertEquals(answers.length, CREATED.length);
    answers.forEach(({ older, ...answer }, i) => {
      const { name, options } = CREATED[i]!;
      const expected = given(options);
      // Which blanks are left between the encoded words of one name depends on the version.
      const blanks = (list: [string, string][]) =>
        list.map(([name, address]) => [name.replaceAll(" ", ""), address]);
      if (name === "a long name") assertEquals(blanks(answer.to), blanks(expected.to));
      assertEquals(name === "a long name" ? { ...answer, to: expected.to } : answer, expected, name);
      if (older !== undefined) assertEquals(older.to, expected.to, name);
    });
  },
);
