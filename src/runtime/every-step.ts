/** Runs each step even when one before it failed, then throws the first error: clean-up never hides the cause. */
export const everyStep = async (...steps: (() => unknown)[]): Promise<void> => {
  let failed = false
  let first: unknown
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      if (!failed) first = error
      failed = true
    }
  }
  if (failed) throw first
}
