// deno-fmt-ignore-file
/**
 * Big5 with the characters of Hong Kong, and as the code page of Windows.
 *
 * @module
 */

import { BIG5, type Difference, KANA } from "../double_byte_data.ts";
import type { Codec } from "../io.ts";
import { DoubleByteCodec } from "../double_byte.ts";

/** See the data of those that are always there. */
const DIFFERENCES: Record<string, Difference> = {
  cp950: {
    label: "big5",
    mask: "+a1a2407ea1fe a3a3407ea1bfe1e1 a4c6407ea1fe c7c7407ea1fc c9f9407ea1fe",
    runs: KANA + " f9fe▓",
    write: "十a451 卅a4ca ¢a246 £a247 ¥a244 •a145 ‾a1c2 ∼a1e3 ☉a1f3 ♁a1f2 ､a14e",
  },
  big5hkscs: {
    label: "big5",
    mask: "-87877a7ea1df 8e8e69696f6f7e7eababb4b4cdcdd0d0 8f8f575769696e6ecbccfefe 90906d6d7a7adcdcf1f1 9191bfbf " +
      "92924444afb2c8c8d1d1 94944747caca 9595d9d9 96964444ededfcfc 9b9b767678787b7bc6c6dedeececf6f6 " +
      "9c9c42425353626268686b6b7777bcbdd0d0 9d9d57575a5ac4c4 9e9ea9a9efeffdfd 9f9f60606666cbcbd8d8 " +
      "a0a063637777d5d5dfdfe4e4 a3a3c0e1 c6c6cfcfd3d3d5d5d7d7dedf fafa5f5f6666bdbdc5c5d5d5 fbfb4848b8b8f3f3f9f9 " +
      "fcfc4f4f6c6cb9b9e2e2f1f1 fdfdb7b8bbbbf1f1 fefe52526f6faaaadddd",
    swap: BIG5,
    last: true,
  },
};

/** The codec of one of the two. */
export function codec(name: string): Codec {
  return new DoubleByteCodec(name, DIFFERENCES[name]!);
}
