/** Where lines go. */
export interface LineTarget {
  /** Resolves when the operating system has all of it. */
  write(lines: Buffer): Promise<void>
  /** Makes what was written durable. */
  flush(): Promise<void>
  close(): Promise<void>
}
