/**
 * Brings grammar/deviations.txt up to date: what differs is written anew, reasons are kept, entries that are gone
 * are left out. A new entry has no reason; the test fails until a person gives one.
 *
 *     deno run -A tests/codegen/update_deviations.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { compareWithRfcs, printDeviation, readDeviations } from "../../codegen/check/conformance.ts";
import { definitions, listFile, rfcs } from "./_conformance.ts";

const old = readFileSync(listFile, "utf8");
const reasons = new Map(readDeviations(old).map(({ rfc, rule, why }) => [`${rfc} ${rule}`, why]));
const head = old.slice(0, old.search(/^rfc/m));
const { differences } = compareWithRfcs(definitions(), rfcs());
const entries = differences.map((one) =>
  printDeviation(one, reasons.get(`${one.rfc} ${one.rule}`) ?? "").trimEnd()
);
writeFileSync(listFile, `${head}${entries.join("\n\n")}\n`);
for (const { rfc, rule } of differences) {
  if (!reasons.has(`${rfc} ${rule}`)) console.log(`rfc${rfc} ${rule} needs a reason`);
}
