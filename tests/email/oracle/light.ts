// A description that costs CPython an eighth of the whole one, for fuzzing many messages: all of the parts, the two usual ways of
// writing, and of the rest one thing in turn, by the number of the message. serve.py has the other side of it.

import { messageFromBytes, structure } from "../../../email/mod.ts";
import {
  describeTree,
  ENTRIES,
  fedAlike,
  FLAGS,
  mutate,
  MUTATIONS,
  OUTPUTS,
  PARAM_NAMES,
  serialise,
} from "./describe.ts";
import { attempt, failed, type Json } from "./values.ts";

const ENCODINGS = ["encode_utf8", "encode_latin1", "encode_ascii", "fold_40"];
const CHANGES = Object.keys(MUTATIONS);
const EXTRAS = [
  ..."as_string_unixfrom_78 as_string_40 as_bytes_unixfrom as_bytes_nofold as_bytes_crlf as_bytes_crlf_nofold"
    .split(" "),
  ..."as_bytes_7bit generator_default generator_mangle_60 bytes_generator_mangle decoded_generator".split(
    " ",
  ),
  ..."round_trip_nofold round_trip_crlf_nofold idempotent".split(" "),
  ..."headers_only binary_file string_latin1 string_latin1_payloads feed_61_same".split(" "),
];

/**
 * The short description of a message.
 *
 * @param data the message
 * @param n its number, which chooses what is asked beyond the usual
 */
export function describeLight(data: Uint8Array, n: number): Json {
  const message = attempt(() => messageFromBytes(data));
  if (failed(message)) return { error: message.error };
  const output: Record<string, Json> = {
    as_string: serialise(() => OUTPUTS.as_string!(messageFromBytes(data))),
  };
  let first: unknown;
  output.as_bytes = serialise(() => first = OUTPUTS.as_bytes!(messageFromBytes(data)));
  output.round_trip = FLAGS.round_trip!(data, first);
  let entries: Record<string, Json> = {};
  const mutations: Record<string, Json> = {};
  const extra = EXTRAS[(n >> 1) % EXTRAS.length]!;
  if (n % 2 === 1) {
    const change = CHANGES[(n >> 1) % CHANGES.length]!;
    mutations[change] = mutate(data, change);
  } else if (extra in OUTPUTS) output[extra] = serialise(() => OUTPUTS[extra]!(messageFromBytes(data)));
  else if (extra in FLAGS) output[extra] = FLAGS[extra]!(data, first);
  else if (extra in ENTRIES) entries[extra] = ENTRIES[extra]!(data);
  else entries = fedAlike(data, [61]);
  return {
    structure: structure(message, { includeDefault: true }),
    output,
    entries,
    mutations,
    parts: describeTree(message, {
      encodings: [ENCODINGS[n % 4]!],
      params: PARAM_NAMES.filter((_, i) => i % 4 === n % 4),
    }),
  };
}
