// Errors that nobody throws.

/**
 * Does something while errors are made without their stack. A defect is not thrown, and where it was asked for says nothing;
 * the stack takes 10 microseconds, and a sender may have a defect in each of 5,000 parts.
 */
export function withoutStacks(make: () => void): void {
  // Where the property cannot be set, nothing happens.
  const limit = Error.stackTraceLimit;
  Reflect.set(Error, "stackTraceLimit", 0);
  try {
    make();
  } finally {
    Reflect.set(Error, "stackTraceLimit", limit);
  }
}
