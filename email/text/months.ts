// Names of months, for both readers of dates.

/** In English, in lower case. */
export const MONTHS: readonly string[] =
  /* @__PURE__ */ "january february march april may june july august september october november december"
    .split(" ");
